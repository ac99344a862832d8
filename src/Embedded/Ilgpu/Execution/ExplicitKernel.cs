using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>A kernel that is launched with its own groups.</summary>
internal sealed class ExplicitKernel<TArgs>(Accelerator accelerator, GroupProgram<TArgs> program, KernelSpecialization specialization)
    : LoadedKernel(accelerator)
    where TArgs : struct
{
    public void Launch(AcceleratorStream stream, KernelConfig config, in TArgs args)
    {
        Check(stream, config.GridDim, config.GroupDim);
        if (specialization.MaxNumThreadsPerGroup is { } most && config.GroupDim.LongSize > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(config), config.GroupDim, $"The group is {config.GroupDim}; the kernel was loaded for at most {most} threads per group.");
        }

        if (config.Size == 0)
        {
            return;
        }

        var shape = new LaunchShape(
            config.GridDim,
            config.GroupDim,
            Accelerator.WarpSize,
            config.SharedMemoryConfig.ArraySize,
            new(long.MaxValue, long.MaxValue, long.MaxValue));
        new GroupJob<TArgs>(program, args, shape).Run(Accelerator.Workers, 1);
    }
}
