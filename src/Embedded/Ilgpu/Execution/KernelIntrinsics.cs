using System.Collections.Frozen;
using System.Reflection;

namespace ILGPU.Execution;

/// <summary>The members that have a meaning inside of kernels only, and what the compiler puts in their place.</summary>
internal static class KernelIntrinsics
{
    private static readonly FrozenDictionary<string, FieldInfo> Fields = new Dictionary<string, string>
    {
        ["Group.get_IdxX"] = nameof(KernelContext.GroupX),
        ["Group.get_IdxY"] = nameof(KernelContext.GroupY),
        ["Group.get_IdxZ"] = nameof(KernelContext.GroupZ),
        ["Group.get_DimX"] = nameof(KernelContext.GroupDimX),
        ["Group.get_DimY"] = nameof(KernelContext.GroupDimY),
        ["Group.get_DimZ"] = nameof(KernelContext.GroupDimZ),
        ["Group.get_LinearIndex"] = nameof(KernelContext.Linear),
        ["Grid.get_IdxX"] = nameof(KernelContext.GridX),
        ["Grid.get_IdxY"] = nameof(KernelContext.GridY),
        ["Grid.get_IdxZ"] = nameof(KernelContext.GridZ),
        ["Grid.get_DimX"] = nameof(KernelContext.GridDimX),
        ["Grid.get_DimY"] = nameof(KernelContext.GridDimY),
        ["Grid.get_DimZ"] = nameof(KernelContext.GridDimZ),
        ["Warp.get_WarpSize"] = nameof(KernelContext.WarpSize),
    }.ToFrozenDictionary(static pair => pair.Key, static pair => typeof(KernelContext).GetField(pair.Value)!, StringComparer.Ordinal);

    /// <summary>Whether it asks for the group; if so, whether it waits for others or shares memory with them.</summary>
    public static bool IsIntrinsic(MethodBase method, out bool waits)
    {
        waits = IsSharedAllocation(method) || WaitOf(method) is not null;
        var type = method.DeclaringType;
        return waits || type == typeof(Group) || type == typeof(Grid) || type == typeof(Warp)
            || (type == typeof(SharedMemory) && method.Name == nameof(SharedMemory.GetDynamic))
            || (type == typeof(LocalMemory) && method.Name == nameof(LocalMemory.Allocate));
    }

    /// <summary>The field of the context that a property reads.</summary>
    public static FieldInfo? FieldOf(MethodBase method) =>
        method.DeclaringType is { } type && (type == typeof(Group) || type == typeof(Grid) || type == typeof(Warp))
            ? Fields.GetValueOrDefault($"{type.Name}.{method.Name}")
            : null;

    /// <summary>Whether this is made of other such members; written out, it reads fields instead of the thread's static memory (20 ns less).</summary>
    public static bool IsComposed(MethodBase method) => method.DeclaringType is { } type
        && (type == typeof(Group) || type == typeof(Grid) || type == typeof(Warp))
        && method.Name is ("get_Index" or "get_Dimension" or "get_GlobalIndex" or "get_LongGlobalIndex" or "get_GlobalLinearIndex"
            or "get_IsFirstThread" or "get_IsLastThread" or "get_LaneIdx" or "get_WarpIdx" or "get_IsFirstLane" or "get_IsLastLane"
            or nameof(Grid.ComputeGlobalIndex) or nameof(Grid.ComputeLongGlobalIndex) or nameof(Warp.ComputeWarpIdx) or nameof(Warp.ComputeWarpThreadIdx));

    /// <summary>Whether this is the one allocation of shared memory that all others end in.</summary>
    public static bool IsSharedAllocation(MethodBase method) =>
        method.DeclaringType == typeof(SharedMemory) && method.Name == nameof(SharedMemory.Allocate) && method.GetParameters().Length == 1;

    public static MethodInfo SharedAllocation(MethodBase method) =>
        KernelReach.Method(typeof(KernelContext), nameof(KernelContext.AllocateShared)).MakeGenericMethod(method.GetGenericArguments());

    /// <summary>What is done before and after a member that waits.</summary>
    public static IlWait? WaitOf(MethodBase method)
    {
        var type = method.DeclaringType;
        if (type != typeof(Group) && type != typeof(Warp))
        {
            return null;
        }

        var member = $"{type.Name}.{method.Name}";
        return member switch
        {
            "Group.Barrier" => Plain(WaitKind.Group, nameof(KernelContext.BeginGroupBarrier), null, member),
            "Group.BarrierPopCount" => Plain(WaitKind.Group, nameof(KernelContext.BeginPredicate), nameof(KernelContext.EndGroupBarrierPopCount), member),
            "Group.BarrierAnd" => Plain(WaitKind.Group, nameof(KernelContext.BeginPredicate), nameof(KernelContext.EndGroupBarrierAnd), member),
            "Group.BarrierOr" => Plain(WaitKind.Group, nameof(KernelContext.BeginPredicate), nameof(KernelContext.EndGroupBarrierOr), member),
            "Group.Broadcast" => Generic(WaitKind.Group, nameof(KernelContext.BeginGroupBroadcast), nameof(KernelContext.EndGroupBroadcast), method, member),
            "Warp.Barrier" => Plain(WaitKind.Warp, nameof(KernelContext.BeginWarpBarrier), null, member),
            "Warp.Broadcast" => Generic(WaitKind.Warp, nameof(KernelContext.BeginShuffle), nameof(KernelContext.EndShuffle), method, member),
            "Warp.Shuffle" or "Warp.ShuffleDown" or "Warp.ShuffleUp" or "Warp.ShuffleXor" => Generic(
                WaitKind.Warp,
                "Begin" + method.Name + (method.GetParameters().Length == 3 ? "Width" : ""),
                nameof(KernelContext.EndShuffle),
                method,
                member),
            _ => null,
        };
    }

    private static IlWait Plain(WaitKind kind, string begin, string? end, string member) => new(
        kind,
        KernelReach.Method(typeof(KernelContext), begin),
        end is null ? null : KernelReach.Method(typeof(KernelContext), end),
        member);

    private static IlWait Generic(WaitKind kind, string begin, string end, MethodBase method, string member) => new(
        kind,
        KernelReach.Method(typeof(KernelContext), begin).MakeGenericMethod(method.GetGenericArguments()),
        KernelReach.Method(typeof(KernelContext), end).MakeGenericMethod(method.GetGenericArguments()),
        member);
}
