namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A kernel whose work is a row of items that do not depend on one another; each thread takes a range of them. Not thread-safe.</summary>
internal abstract class RangeKernel(CpuKernelContext context) : TeamWork, IKernel
{
    /// <summary>Below this many elements (some 10 microseconds) a second thread takes longer to start than it saves.</summary>
    protected const int MinShared = 1 << 15;

    /// <summary>Elements, some 20 milliseconds, after which a kernel may stop.</summary>
    private const long UnitElements = 1 << 24;

    private readonly StopSignal _stop = context.Stop;
    private int _items;
    private int _unit;

    /// <summary>Vector instructions and threads.</summary>
    protected CpuKernelContext Context => context;

    /// <summary>What items that take long look at themselves.</summary>
    protected StopSignal Stop => _stop;

    public abstract void Run(KernelCall call);

    public sealed override void Run(int part, int parts)
    {
        int start = Start(_items, part, parts), end = Start(_items, part + 1, parts);
        for (; end - start > _unit && !_stop.IsRequested; start += _unit)
        {
            Range(start, start + _unit, part);
        }

        if (end > start && !_stop.IsRequested)
        {
            Range(start, end, part);
        }
    }

    /// <summary>Does all items, on several threads if the elements that they touch are worth it.</summary>
    protected void Share(int items, long elements)
    {
        (_items, _unit) = (items, elements <= UnitElements ? Math.Max(1, items) : (int)Math.Max(1, UnitElements / Math.Max(1, elements / Math.Max(1, items))));
        if (context.Team.Parts > 1 && items > 1 && elements >= MinShared)
        {
            context.Team.Run(this);
        }
        else
        {
            Run(0, 1);
        }
    }

    /// <summary>Does the items from start to before end; runs on several threads at once, and several times in one call of the kernel for the same part.</summary>
    protected abstract void Range(int start, int end, int part);
}
