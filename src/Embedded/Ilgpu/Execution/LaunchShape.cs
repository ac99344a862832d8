namespace ILGPU.Execution;

/// <summary>The groups of a launch. Threads at or beyond the limit are not run.</summary>
internal readonly record struct LaunchShape(Index3D Grid, Index3D Group, int WarpSize, long DynamicBytes, LongIndex3D Limit)
{
    public long Groups => Grid.LongSize;
}
