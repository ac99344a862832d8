namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Tasks that ask for equally many accelerators share machines ("GpuClustering" of the published comparison): first machines that run
/// only such tasks, then mixed ones that run some, then idle ones, then the rest; in each the fuller machine.
/// </summary>
/// <param name="pool">The pool it serves.</param>
/// <param name="ties">Draws the order of machines that breaks ties.</param>
public sealed class KindClusteringPacking(PackingPool pool, Random ties) : ScoredPackingPolicy(pool, ties)
{
    /// <inheritdoc/>
    public override string Name => "gpuclustering";

    /// <inheritdoc/>
    protected override float Score(int node, int shape, out sbyte device)
    {
        device = -1;
        var needs = Pool.Shape(shape);
        if (needs.Accelerators == 0)
        {
            return 0;
        }

        var fuller = 25 * (8_000 - Pool.FreeMilli(node)) / 8_000;
        var same = Pool.Kinds.Count(node, PackingKinds.KindOf(needs));
        var different = Pool.Kinds.Different(node);
        return fuller + (same > 0 ? different == 1 ? 75 : 50 : different == 0 ? 25 : 0);
    }
}
