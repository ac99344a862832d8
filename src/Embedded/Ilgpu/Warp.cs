namespace ILGPU;

/// <summary>The warp of the thread that asks: threads of a group that follow each other. Has a meaning inside of kernels only.</summary>
public static class Warp
{
    /// <summary>Threads of a warp.</summary>
    public static int WarpSize => KernelContext.Current.WarpSize;

    /// <summary>The thread's number in its warp.</summary>
    public static int LaneIdx => Group.LinearIndex % WarpSize;

    /// <summary>Whether this is the first thread of the warp.</summary>
    public static bool IsFirstLane => LaneIdx == 0;

    /// <summary>Whether this is the last thread of the warp.</summary>
    public static bool IsLastLane => LaneIdx == WarpSize - 1;

    /// <summary>The warp's number in its group.</summary>
    public static int WarpIdx => ComputeWarpIdx(Group.LinearIndex);

    /// <summary>The number of a thread's warp.</summary>
    public static int ComputeWarpIdx(Index1D groupThreadIdx) => groupThreadIdx.X / WarpSize;

    /// <summary>The number of a thread in its warp.</summary>
    public static int ComputeWarpThreadIdx(Index1D groupThreadIdx) => groupThreadIdx.X % WarpSize;

    /// <summary>Waits until all threads of the warp are here.</summary>
    public static void Barrier() => KernelContext.Alone("Warp.Barrier");

    /// <summary>The value of a lane; the own one if there is no such lane.</summary>
    public static T Shuffle<T>(T variable, int sourceLane)
        where T : unmanaged =>
        Own(variable, "Warp.Shuffle");

    /// <summary>The value of a lane of the part of the warp that is so wide.</summary>
    public static T Shuffle<T>(T variable, int sourceLane, int width)
        where T : unmanaged =>
        Own(variable, "Warp.Shuffle");

    /// <summary>The value of the lane so many after the own; the own one if there is no such lane.</summary>
    public static T ShuffleDown<T>(T variable, int delta)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleDown");

    /// <summary>The value of the lane so many after the own, in the part of the warp that is so wide.</summary>
    public static T ShuffleDown<T>(T variable, int delta, int width)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleDown");

    /// <summary>The value of the lane so many before the own; the own one if there is no such lane.</summary>
    public static T ShuffleUp<T>(T variable, int delta)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleUp");

    /// <summary>The value of the lane so many before the own, in the part of the warp that is so wide.</summary>
    public static T ShuffleUp<T>(T variable, int delta, int width)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleUp");

    /// <summary>The value of the lane whose number is the own one XOR the mask.</summary>
    public static T ShuffleXor<T>(T variable, int mask)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleXor");

    /// <summary>The value of the lane whose number is the own one XOR the mask, in the part of the warp that is so wide.</summary>
    public static T ShuffleXor<T>(T variable, int mask, int width)
        where T : unmanaged =>
        Own(variable, "Warp.ShuffleXor");

    /// <summary>The value of one lane, for all of them.</summary>
    public static T Broadcast<T>(T value, int sourceLane)
        where T : unmanaged =>
        Own(value, "Warp.Broadcast");

    private static T Own<T>(T value, string member)
    {
        KernelContext.Alone(member);
        return value;
    }
}
