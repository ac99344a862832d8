namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Best fit: the machine with the least processor and accelerators left over, each as a share of the largest machine, the two
/// weighed alike. Scores are whole numbers from 0 to 100 as in the published simulator.
/// </summary>
/// <param name="pool">The pool it serves.</param>
/// <param name="ties">Draws the order of machines that breaks ties.</param>
public sealed class BestFitPacking(PackingPool pool, Random ties) : ScoredPackingPolicy(pool, ties)
{
    // The constants of the published simulator: its largest machine has 128 cores and 8 accelerators.
    private readonly double _largestCpu = Math.Max(128_000, pool.Nodes.Select(node => node.CpuMilli).DefaultIfEmpty(1).Max());
    private readonly double _largestMilli = Math.Max(8_000, pool.Nodes.Select(node => node.Accelerators * 1000).DefaultIfEmpty(1).Max());

    /// <inheritdoc/>
    public override string Name => "bestfit";

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        device = -1;
        var needs = Pool.Shape(shape);
        var left = (Pool.CpuFree(node) - needs.CpuMilli) / _largestCpu * 0.5 + (Pool.FreeMilli(node) - needs.DemandMilli) / _largestMilli * 0.5;
        return (int)((1 - left) * 100);
    }
}
