namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Chooses the machine and accelerators for one task at a time, knowing only the pool as it stands and the tasks it was asked
/// about before. Deterministic by its seed. Not thread-safe; a policy serves one pool.
/// </summary>
public interface IPackingPolicy
{
    /// <summary>Name in configuration.</summary>
    string Name { get; }

    /// <summary>The best placement now, or null where no machine has room. Does not place the task.</summary>
    /// <param name="shape">Index of the task's shape: see <see cref="PackingPool.ShapeOf"/>.</param>
    PackingPlacement? Choose(int shape);
}
