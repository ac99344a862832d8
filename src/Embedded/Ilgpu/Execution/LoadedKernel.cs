using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>What every loaded kernel checks at a launch.</summary>
internal abstract class LoadedKernel(Accelerator accelerator)
{
    protected Accelerator Accelerator { get; } = accelerator;

    protected void Check(AcceleratorStream stream, Index3D grid, Index3D group)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Accelerator.Verify();
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        if (stream.Accelerator != Accelerator)
        {
            throw new ArgumentException("The stream belongs to another accelerator. Create it with the one that the kernel was loaded for.", nameof(stream));
        }

        if (!grid.InBoundsInclusive(Accelerator.MaxGridSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(grid), grid, $"The grid is {grid}; at most {Accelerator.MaxGridSize} groups are allowed. Launch fewer, or larger ones.");
        }

        if (!group.InBoundsInclusive(Accelerator.MaxGroupSize) || group.LongSize > Accelerator.MaxNumThreadsPerGroup)
        {
            throw new ArgumentOutOfRangeException(
                nameof(group),
                group,
                $"The group is {group}, {group.LongSize} threads; at most {Accelerator.MaxNumThreadsPerGroup} are allowed (Accelerator.MaxNumThreadsPerGroup). "
                + "Launch smaller groups, or take a device with more threads: new CPUDevice(threads per warp, warps, multiprocessors).");
        }
    }
}
