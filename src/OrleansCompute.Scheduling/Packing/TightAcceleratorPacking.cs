namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Packing by accelerators alone ("GpuPacking" of the published comparison): first accelerators already shared, then whole ones on
/// machines in use, then idle machines; in each the one with the least to spare.
/// </summary>
/// <param name="pool">The pool it serves.</param>
/// <param name="ties">Draws the order of machines that breaks ties.</param>
public sealed class TightAcceleratorPacking(PackingPool pool, Random ties) : ScoredPackingPolicy(pool, ties)
{
    /// <inheritdoc/>
    public override string Name => "gpupacking";

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        device = -1;
        var needs = Pool.Shape(shape);
        if (needs.Accelerators == 0)
        {
            return 0;
        }

        var free = Pool.DevicesFree(node);
        var whole = Pool.WholeFree(node);
        if (whole == free.Length)
        {
            return Math.Max(100 / 3 - whole, whole);
        }

        if (needs.ShareMilli == 1000)
        {
            return Math.Max(100 / 2 - needs.Accelerators, 100 / 3);
        }

        var tightest = int.MaxValue;
        foreach (var milli in free)
        {
            tightest = milli >= needs.ShareMilli ? Math.Min(tightest, milli) : tightest;
        }

        return tightest == 1000 ? Math.Max(100 / 2 - 1, 100 / 3) : Math.Max(100 - tightest / 10 / 10, 100 / 2);
    }
}
