namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Dot product (Grandl et al., "Tetris", SIGCOMM 2014, as the published simulator takes it): the smaller the product of what is free and
/// what is asked for, processor and accelerators as shares of the largest machine, the better. Whole numbers from 0 to 100.
/// </summary>
/// <param name="pool">The pool it serves.</param>
/// <param name="ties">Draws the order of machines that breaks ties.</param>
public sealed class DotProductPacking(PackingPool pool, Random ties) : ScoredPackingPolicy(pool, ties)
{
    /// <inheritdoc/>
    public override string Name => "dotproduct";

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        device = -1;
        var needs = Pool.Shape(shape);
        var product = Pool.CpuFree(node) / 128_000.0 * (needs.CpuMilli / 128_000.0)
            + Pool.FreeMilli(node) / 8_000.0 * (needs.DemandMilli / 8_000.0);
        return (int)(100 * (1 - product / 2));
    }
}
