using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>A kernel that is launched with an extent and gets the index of its thread.</summary>
internal sealed class ImplicitKernel<TIndex, TArgs>(
    Accelerator accelerator, KernelRange<TArgs>? range, GroupProgram<TArgs>? program, int groupSize)
    : LoadedKernel(accelerator)
    where TIndex : struct, IIndex
    where TArgs : struct
{
    private const int FirstChunk = 256;

    public void Launch(AcceleratorStream stream, TIndex extent, in TArgs args)
    {
        var (x, y, z) = extent switch
        {
            Index1D index => (index.X, 1L, 1L),
            Index2D index => (index.X, index.Y, 1),
            Index3D index => (index.X, index.Y, index.Z),
            LongIndex1D index => (index.X, 1, 1),
            LongIndex2D index => (index.X, index.Y, 1),
            LongIndex3D index => (index.X, index.Y, index.Z),
            _ => throw new NotSupportedException($"{typeof(TIndex)} is no index of kernels."),
        };
        if (x < 1 || y < 1 || z < 1)
        {
            // As the package does: a caller with nothing to do has to leave the launch out.
            throw new ArgumentOutOfRangeException(nameof(extent), extent, $"The extent is {extent}; every component must be 1 or more.");
        }

        if (range is not null)
        {
            Check(stream, Index3D.One, Index3D.One);
            new RangeJob<TArgs>(range, args, checked(x * y * z), x, y).Run(Accelerator.Workers, FirstChunk);
            return;
        }

        var grid = new LongIndex3D((x + groupSize - 1) / groupSize, y, z).ToIntIndex();
        var group = new Index3D(groupSize, 1, 1);
        Check(stream, grid, group);
        new GroupJob<TArgs>(program!, args, new(grid, group, Accelerator.WarpSize, 0, new(x, y, z))).Run(Accelerator.Workers, 1);
    }
}
