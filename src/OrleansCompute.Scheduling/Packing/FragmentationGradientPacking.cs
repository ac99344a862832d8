namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Fragmentation gradient descent (Weng et al., USENIX ATC 2023): the machine, and for a share the accelerator, where the task adds
/// least to the fragmentation. The scores are whole numbers, 100 × sigmoid(decrease in accelerators), as published.
/// </summary>
public sealed class FragmentationGradientPacking : ScoredPackingPolicy
{
    private readonly FragmentationMeasure _measure;
    private readonly int[] _scratch = new int[PackingPool.MaxAcceleratorsPerNode];

    /// <summary>A policy for this pool and target workload.</summary>
    /// <param name="pool">The pool it serves.</param>
    /// <param name="mix">The workload to expect; the paper takes it from the trace itself.</param>
    /// <param name="ties">Draws the order of machines that breaks ties.</param>
    public FragmentationGradientPacking(PackingPool pool, TaskMix mix, Random ties)
        : base(pool, ties)
    {
        ArgumentNullException.ThrowIfNull(mix);
        _measure = new FragmentationMeasure(pool, mix);
    }

    /// <inheritdoc/>
    public override string Name => "fgd";

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        var needs = Pool.Shape(shape);
        var now = Pool.DevicesFree(node);
        var before = _measure.OfNode(node);
        var cpu = Pool.CpuFree(node) - needs.CpuMilli;
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

            return Points(before - _measure.Of(cpu, Pool.Model(node), after));
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
            var points = Points(before - _measure.Of(cpu, Pool.Model(node), after));
            after[i] = now[i];
            if (points > best)
            {
                (best, device) = (points, (sbyte)i);
            }
        }

        return best;
    }

    private static int Points(double decreaseMilli) => (int)(100 / (1 + Math.Exp(-decreaseMilli / 1000)));
}
