using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Pooling;

/// <summary>All that a pool policy needs to decide a round.</summary>
/// <param name="Accelerators">Every accelerator of the nodes that are ready, free or held.</param>
/// <param name="Queue">Waiting jobs, first come first.</param>
/// <param name="TenantLimits">Most accelerators each tenant may hold; a tenant that is missing has no limit.</param>
public sealed record PoolState(
    ImmutableArray<AcceleratorSlot> Accelerators,
    ImmutableArray<JobDemand> Queue,
    ImmutableDictionary<string, int> TenantLimits);
