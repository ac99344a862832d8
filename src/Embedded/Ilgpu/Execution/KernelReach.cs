using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>Finds out what a kernel, with all that it calls, needs to know of its group.</summary>
internal sealed class KernelReach
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private readonly Dictionary<MethodBase, (bool Context, bool Waits, bool Shares)> _known = [];

    /// <summary>
    /// Whether it asks where it is (context), whether it waits or has shared memory (waits), and whether it has shared memory (shares).
    /// </summary>
    public (bool Context, bool Waits, bool Shares) Of(MethodBase method)
    {
        if (_known.TryGetValue(method, out var known))
        {
            return known;
        }

        var found = (Context: false, Waits: false, Shares: false);
        var seen = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>([method]);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (KernelIntrinsics.IsIntrinsic(next, out var waits))
            {
                found = (true, found.Waits | waits, found.Shares | next.DeclaringType == typeof(SharedMemory));
                continue;
            }

            if (!IsForeign(next) && next.GetMethodBody() is { } body)
            {
                foreach (var callee in Callees(next, body))
                {
                    open.Push(callee);
                }
            }
        }

        return _known[method] = found;
    }

    /// <summary>The method that a call on a value type of a type parameter arrives at.</summary>
    public static MethodBase? Resolve(Type constrained, MethodBase method)
    {
        if (!constrained.IsValueType || method.DeclaringType is not { IsInterface: true } contract || !contract.IsAssignableFrom(constrained))
        {
            return null;
        }

        var map = constrained.GetInterfaceMap(contract);
        var plain = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : method;
        var index = Array.FindIndex(map.InterfaceMethods, candidate => candidate == plain || candidate.MethodHandle == plain.MethodHandle);
        var target = index < 0 ? null : map.TargetMethods[index];
        return target is { IsGenericMethodDefinition: true } ? target.MakeGenericMethod(method.GetGenericArguments()) : target;
    }

    private static bool IsForeign(MethodBase method)
    {
        var type = method.DeclaringType;
        if (type is null)
        {
            return true;
        }

        if (type.Assembly == typeof(KernelReach).Assembly)
        {
            return type != typeof(SharedMemory) && type != typeof(LocalMemory) && type != typeof(Group) && type != typeof(Grid) && type != typeof(Warp);
        }

        var name = type.Assembly.GetName().Name ?? "";
        return name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
    }

    private static IEnumerable<MethodBase> Callees(MethodBase method, MethodBody body)
    {
        Type? constrained = null;
        foreach (var (_, code, operand) in IlReader.Read(method, body))
        {
            if (code == OpCodes.Constrained)
            {
                constrained = (Type)operand!;
            }
            else if (operand is MethodBase callee && code != OpCodes.Ldtoken)
            {
                yield return (constrained is null ? null : Resolve(constrained, callee)) ?? callee;
                constrained = null;
            }
        }
    }

    internal static MethodInfo Method(Type type, string name) =>
        type.GetMethod(name, Any) ?? throw new MissingMethodException(type.Name, name);
}
