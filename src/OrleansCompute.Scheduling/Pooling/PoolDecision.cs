using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Pooling;

/// <summary>What a policy decides for one waiting job, and why.</summary>
/// <param name="Demand">The job.</param>
public abstract record PoolDecision(JobDemand Demand)
{
    /// <summary>The job gets these accelerators now.</summary>
    /// <param name="Demand">The job.</param>
    /// <param name="Slots">Fastest first.</param>
    public sealed record Placed(JobDemand Demand, ImmutableArray<AcceleratorSlot> Slots) : PoolDecision(Demand);

    /// <summary>The job waits.</summary>
    /// <param name="Demand">The job.</param>
    /// <param name="Reason">A sentence with numbers.</param>
    public sealed record Wait(JobDemand Demand, string Reason) : PoolDecision(Demand);
}
