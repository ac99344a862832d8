namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Ours: the machine, and for a share the accelerator, where the task adds least to what will stay free and of no use, by
/// <see cref="StrandingMeasure"/> over the mix of the tasks seen so far. It is told nothing: not the workload, not what comes.
/// </summary>
/// <remarks>
/// The two terms of the measure weigh alike: weights of the second from 0.3 to 3, coverages of the mix from 85 to 99.9 % and growth
/// from 1.02 to 1.5 all gave 95.9 ± 0.05 % on the published default trace at 130 % demand, against 95.4 for <c>fgd</c>; without the
/// second term 94.3. Ties go to the first machine in the pool's order.
/// </remarks>
public sealed class BalancedGradientPacking : ScoredPackingPolicy
{
    /// <summary>
    /// The mix is taken anew when this many times more tasks have been seen: a decision then costs little more than a look at the
    /// machines that changed, and the mix is never older than a tenth of all arrivals.
    /// </summary>
    internal const double Growth = 1.1;

    private readonly Dictionary<PackingShape, long> _seen = [];
    private readonly int[] _scratch = new int[PackingPool.MaxAcceleratorsPerNode];
    private StrandingMeasure? _measure;
    private long _total;
    private long _learnAt = 1;

    /// <summary>A policy for this pool that has seen no task yet.</summary>
    public BalancedGradientPacking(PackingPool pool)
        : base(pool, null)
    {
    }

    /// <inheritdoc/>
    public override string Name => "default";

    /// <summary>Counts a task that is placed already, so that a fresh policy knows the mix.</summary>
    internal void Observe(int shape) => BeforeChoice(shape);

    /// <inheritdoc/>
    protected override void BeforeChoice(int shape)
    {
        var key = Pool.Shape(shape);
        _seen[key] = _seen.GetValueOrDefault(key) + 1;
        if (++_total >= _learnAt)
        {
            _learnAt = Math.Max(_total + 1, (long)(_total * Growth));
            _measure = new StrandingMeasure(Pool, TaskMix.Typical(_seen, withMemory: true));
            Forget();
        }
    }

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        var needs = Pool.Shape(shape);
        var now = Pool.DevicesFree(node);
        var cpu = Pool.CpuFree(node) - needs.CpuMilli;
        var memory = Pool.MemoryFree(node) - needs.MemoryMib;
        var before = _measure!.OfNode(node);
        var after = _scratch.AsSpan(0, now.Length);
        now.CopyTo(after);
        device = -1;
        if (needs.Accelerators != 1 || needs.ShareMilli == 1000)
        {
            var devices = Pool.TightestDevices(node, shape);
            for (var i = 0; i < after.Length; i++)
            {
                after[i] -= (devices >> i & 1) != 0 ? needs.ShareMilli : 0;
            }

            return (float)(before - _measure.Of(node, cpu, memory, after));
        }

        var best = float.NegativeInfinity;
        for (var i = 0; i < now.Length; i++)
        {
            // Accelerators with equally much free are alike: the first stands for all.
            if (now[i] < needs.ShareMilli || now[..i].Contains(now[i]))
            {
                continue;
            }

            after[i] -= needs.ShareMilli;
            var score = (float)(before - _measure.Of(node, cpu, memory, after));
            after[i] = now[i];
            if (score > best)
            {
                (best, device) = (score, (sbyte)i);
            }
        }

        return best;
    }
}
