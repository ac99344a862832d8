namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A kernel whose work is a row of items that do not depend on one another; each thread takes a range of them. Not thread-safe.</summary>
internal abstract class RangeKernel(CpuKernelContext context) : TeamWork, IKernel
{
    /// <summary>Below this many elements (some 10 microseconds) a second thread takes longer to start than it saves.</summary>
    protected const int MinShared = 1 << 15;

    private int _items;

    /// <summary>Vector instructions and threads.</summary>
    protected CpuKernelContext Context => context;

    public abstract void Run(KernelCall call);

    public sealed override void Run(int part, int parts)
    {
        int start = Start(_items, part, parts), end = Start(_items, part + 1, parts);
        if (end > start)
        {
            Range(start, end, part);
        }
    }

    /// <summary>Does all items, on several threads if the elements that they touch are worth it.</summary>
    protected void Share(int items, long elements)
    {
        _items = items;
        if (context.Team.Parts > 1 && items > 1 && elements >= MinShared)
        {
            context.Team.Run(this);
        }
        else if (items > 0)
        {
            Range(0, items, 0);
        }
    }

    /// <summary>Does the items from start to before end; runs on several threads at once.</summary>
    protected abstract void Range(int start, int end, int part);
}
