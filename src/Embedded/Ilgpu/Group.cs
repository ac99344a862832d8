namespace ILGPU;

/// <summary>The group of the thread that asks. Has a meaning inside of kernels only.</summary>
public static class Group
{
    /// <summary>The thread's X in its group.</summary>
    public static int IdxX => KernelContext.Current.GroupX;

    /// <summary>The thread's Y in its group.</summary>
    public static int IdxY => KernelContext.Current.GroupY;

    /// <summary>The thread's Z in its group.</summary>
    public static int IdxZ => KernelContext.Current.GroupZ;

    /// <summary>The thread's index in its group.</summary>
    public static Index3D Index => new(IdxX, IdxY, IdxZ);

    /// <summary>Threads of the group in X.</summary>
    public static int DimX => KernelContext.Current.GroupDimX;

    /// <summary>Threads of the group in Y.</summary>
    public static int DimY => KernelContext.Current.GroupDimY;

    /// <summary>Threads of the group in Z.</summary>
    public static int DimZ => KernelContext.Current.GroupDimZ;

    /// <summary>Threads of the group.</summary>
    public static Index3D Dimension => new(DimX, DimY, DimZ);

    /// <summary>The thread's number in its group; X runs fastest.</summary>
    public static int LinearIndex => KernelContext.Current.Linear;

    /// <summary>Whether this is the first thread of the group.</summary>
    public static bool IsFirstThread => LinearIndex == 0;

    /// <summary>Whether this is the last thread of the group.</summary>
    public static bool IsLastThread => LinearIndex == Dimension.Size - 1;

    /// <summary>Waits until all threads of the group are here; what they wrote before is then visible to all.</summary>
    public static void Barrier() => KernelContext.Alone("Group.Barrier");

    /// <summary>A barrier that returns for how many threads the predicate holds.</summary>
    public static int BarrierPopCount(bool predicate)
    {
        KernelContext.Alone("Group.BarrierPopCount");
        return predicate ? 1 : 0;
    }

    /// <summary>A barrier that returns whether the predicate holds for all threads.</summary>
    public static bool BarrierAnd(bool predicate)
    {
        KernelContext.Alone("Group.BarrierAnd");
        return predicate;
    }

    /// <summary>A barrier that returns whether the predicate holds for a thread.</summary>
    public static bool BarrierOr(bool predicate)
    {
        KernelContext.Alone("Group.BarrierOr");
        return predicate;
    }

    /// <summary>The value of one thread of the group, for all of them.</summary>
    public static T Broadcast<T>(T value, int groupIndex)
        where T : unmanaged
    {
        KernelContext.Alone("Group.Broadcast");
        return value;
    }
}
