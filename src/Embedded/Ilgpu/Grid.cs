namespace ILGPU;

/// <summary>The grid of all groups of a launch. Has a meaning inside of kernels only.</summary>
public static class Grid
{
    /// <summary>The group's X.</summary>
    public static int IdxX => KernelContext.Current.GridX;

    /// <summary>The group's Y.</summary>
    public static int IdxY => KernelContext.Current.GridY;

    /// <summary>The group's Z.</summary>
    public static int IdxZ => KernelContext.Current.GridZ;

    /// <summary>The group's index.</summary>
    public static Index3D Index => new(IdxX, IdxY, IdxZ);

    /// <summary>Groups in X.</summary>
    public static int DimX => KernelContext.Current.GridDimX;

    /// <summary>Groups in Y.</summary>
    public static int DimY => KernelContext.Current.GridDimY;

    /// <summary>Groups in Z.</summary>
    public static int DimZ => KernelContext.Current.GridDimZ;

    /// <summary>Groups.</summary>
    public static Index3D Dimension => new(DimX, DimY, DimZ);

    /// <summary>The group's number; X runs fastest.</summary>
    public static int LinearIndex
    {
        get
        {
            var context = KernelContext.Current;
            return (((context.GridZ * context.GridDimY) + context.GridY) * context.GridDimX) + context.GridX;
        }
    }

    /// <summary>The thread's index in the grid.</summary>
    public static Index3D GlobalIndex => ComputeGlobalIndex(Index, Group.Index);

    /// <summary>The thread's index in the grid, 64 bits.</summary>
    public static LongIndex3D LongGlobalIndex => ComputeLongGlobalIndex(Index, Group.Index);

    /// <summary>The thread's number in the grid: those of a group follow each other.</summary>
    public static int GlobalLinearIndex => (LinearIndex * Group.Dimension.Size) + Group.LinearIndex;

    /// <summary>The index in the grid of a thread of a group.</summary>
    public static Index1D ComputeGlobalIndex(Index1D gridIdx, Index1D groupIdx) => new(groupIdx.X + (gridIdx.X * Group.DimX));

    /// <summary>The index in the grid of a thread of a group.</summary>
    public static Index2D ComputeGlobalIndex(Index2D gridIdx, Index2D groupIdx) =>
        new(groupIdx.X + (gridIdx.X * Group.DimX), groupIdx.Y + (gridIdx.Y * Group.DimY));

    /// <summary>The index in the grid of a thread of a group.</summary>
    public static Index3D ComputeGlobalIndex(Index3D gridIdx, Index3D groupIdx) =>
        groupIdx + (gridIdx * Group.Dimension);

    /// <summary>The index in the grid of a thread of a group, 64 bits.</summary>
    public static LongIndex1D ComputeLongGlobalIndex(Index1D gridIdx, Index1D groupIdx) => new(groupIdx.X + (gridIdx.X * (long)Group.DimX));

    /// <summary>The index in the grid of a thread of a group, 64 bits.</summary>
    public static LongIndex2D ComputeLongGlobalIndex(Index2D gridIdx, Index2D groupIdx) =>
        new(groupIdx.X + (gridIdx.X * (long)Group.DimX), groupIdx.Y + (gridIdx.Y * (long)Group.DimY));

    /// <summary>The index in the grid of a thread of a group, 64 bits.</summary>
    public static LongIndex3D ComputeLongGlobalIndex(Index3D gridIdx, Index3D groupIdx) =>
        groupIdx.ToLongIndex() + (gridIdx.ToLongIndex() * Group.Dimension.ToLongIndex());
}
