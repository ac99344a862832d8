namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// What is free on a machine and will probably stay so, thousandths of an accelerator: the fragmentation of Weng et al. (see
/// <see cref="FragmentationMeasure"/>), with memory, plus the imbalance: what the processor and the memory left cannot feed if each
/// accelerator takes as much of them as one does on average in the mix. The first term sees one task ahead; the second sees that a
/// machine runs out of processor before it is full while there is still room for the next task. Not thread-safe.
/// </summary>
internal sealed class StrandingMeasure
{
    private readonly PackingPool _pool;
    private readonly List<ShareGroup> _groups = [];
    private readonly double _withoutAccelerators;
    private readonly double _cpuPerMilli;
    private readonly double _memoryPerMilli;

    public StrandingMeasure(PackingPool pool, TaskMix mix)
    {
        _pool = pool;
        var shapes = mix.Shapes.Zip(mix.Probabilities, (shape, p) => (Shape: shape, Probability: p)).ToList();
        var with = shapes.Where(entry => entry.Shape.Accelerators > 0).ToList();
        _withoutAccelerators = shapes.Except(with).Sum(entry => entry.Probability);
        foreach (var group in with.GroupBy(entry => entry.Shape.ShareMilli))
        {
            _groups.Add(new ShareGroup(group.Key, [.. group.Select(entry => new Expected(
                entry.Shape.CpuMilli, entry.Shape.MemoryMib, entry.Shape.Accelerators,
                pool.ShapeModels(pool.ShapeOf(entry.Shape)), entry.Probability))]));
        }

        var demand = with.Sum(entry => entry.Probability * entry.Shape.DemandMilli);
        if (demand > 0)
        {
            _cpuPerMilli = with.Sum(entry => entry.Probability * entry.Shape.CpuMilli) / demand;
            _memoryPerMilli = with.Sum(entry => entry.Probability * entry.Shape.MemoryMib) / demand;
        }
    }

    /// <summary>The measure of a machine as it stands.</summary>
    public double OfNode(int node) => Of(node, _pool.CpuFree(node), _pool.MemoryFree(node), _pool.DevicesFree(node));

    /// <summary>The measure of a machine if it had this much free.</summary>
    public double Of(int node, int cpuFree, long memoryFree, ReadOnlySpan<int> devicesFree)
    {
        var total = 0;
        foreach (var free in devicesFree)
        {
            total += free;
        }

        if (total == 0)
        {
            return 0;
        }

        var model = _pool.Model(node);
        var sum = _withoutAccelerators * total;
        foreach (var group in _groups)
        {
            var room = 0;
            var tooSmall = 0;
            foreach (var free in devicesFree)
            {
                if (free >= group.ShareMilli)
                {
                    room++;
                }
                else
                {
                    tooSmall += free;
                }
            }

            foreach (var task in group.Tasks)
            {
                var fits = room >= task.Accelerators && cpuFree >= task.CpuMilli && memoryFree >= task.MemoryMib
                    && (task.Models >> model & 1) != 0;
                sum += task.Probability * (fits ? tooSmall : total);
            }
        }

        var fed = _cpuPerMilli > 0 ? Math.Min(total, cpuFree / _cpuPerMilli) : total;
        fed = _memoryPerMilli > 0 ? Math.Min(fed, memoryFree / _memoryPerMilli) : fed;
        return sum + total - fed;
    }

    private readonly record struct Expected(int CpuMilli, long MemoryMib, int Accelerators, ulong Models, double Probability);

    private sealed record ShareGroup(int ShareMilli, Expected[] Tasks);
}
