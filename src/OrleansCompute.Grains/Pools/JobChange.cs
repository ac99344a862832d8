using System.Collections.Immutable;

namespace OrleansCompute.Grains.Pools;

/// <summary>What a round changes for one job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Grants">What it gets now.</param>
/// <param name="Yields">Leases that it is asked to give back.</param>
/// <param name="Reason">Why, as the policy says.</param>
/// <param name="Batch">Samples of a step that it is to train with then; null where that is fixed, or it stops.</param>
internal sealed record JobChange(PooledJob Job, ImmutableArray<NewLease> Grants, ImmutableArray<long> Yields, string Reason, int? Batch = null);
