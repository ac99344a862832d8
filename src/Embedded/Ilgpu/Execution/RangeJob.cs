namespace ILGPU.Execution;

/// <summary>A launch of a kernel that knows only its index.</summary>
internal sealed class RangeJob<TArgs>(KernelRange<TArgs> range, in TArgs args, long total, long dimX, long dimY) : LaunchJob(total)
    where TArgs : struct
{
    private TArgs _args = args;

    protected override void Work(long from, long to) => range(ref _args, from, to - from, dimX, dimY);
}
