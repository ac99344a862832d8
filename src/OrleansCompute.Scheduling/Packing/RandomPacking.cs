namespace OrleansCompute.Scheduling.Packing;

/// <summary>Any machine with room, and any accelerator of it with room, by lot: the baseline of the published comparison.</summary>
/// <param name="pool">The pool it serves.</param>
/// <param name="random">Draws.</param>
public sealed class RandomPacking(PackingPool pool, Random random) : IPackingPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public PackingPlacement? Choose(int shape)
    {
        var chosen = -1;
        var fitting = 0;
        for (var node = 0; node < pool.Nodes.Count; node++)
        {
            if (pool.Fits(node, shape) && random.Next(++fitting) == 0)
            {
                chosen = node;
            }
        }

        return chosen < 0 ? null : new PackingPlacement(chosen, DevicesOn(chosen, shape));
    }

    private ulong DevicesOn(int node, int shape)
    {
        var needs = pool.Shape(shape);
        if (needs.Accelerators != 1 || needs.ShareMilli == 1000)
        {
            return pool.TightestDevices(node, shape);
        }

        var free = pool.DevicesFree(node);
        var chosen = -1;
        var fitting = 0;
        for (var i = 0; i < free.Length; i++)
        {
            if (free[i] >= needs.ShareMilli && random.Next(++fitting) == 0)
            {
                chosen = i;
            }
        }

        return 1UL << chosen;
    }
}
