using System.Collections.Immutable;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>What a question needs to know of a job that changed since the last one; nothing of it changes any more.</summary>
/// <param name="Job">The job.</param>
/// <param name="Leases">What it holds, without what it was asked to give back.</param>
/// <param name="Profile">What was learned of its speed.</param>
internal sealed record JobNow(PooledJob Job, ImmutableArray<Lease> Leases, JobProfile? Profile);
