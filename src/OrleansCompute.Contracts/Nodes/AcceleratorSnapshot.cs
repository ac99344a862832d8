using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>An accelerator and what it does at this moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.accelerator-snapshot.v1")]
public sealed record AcceleratorSnapshot
{
    /// <summary>What it is.</summary>
    [Id(0)] public required AcceleratorDescription Accelerator { get; init; }

    /// <summary>Fraction of the last seconds in which it computed, 0 to 1.</summary>
    [Id(1)] public required double BusyFraction { get; init; }

    /// <summary>The lease that holds it, or the oldest of several that share it; null where it is free.</summary>
    [Id(2)] public Pools.Lease? Lease { get; init; }

    /// <summary>All leases that share it, oldest first.</summary>
    [Id(3)] public ImmutableArray<Pools.Lease> Leases { get; init; } = [];

    /// <summary>Number of the last lease that it was given in all its runs; only higher ones are taken. 0 before the first.</summary>
    [Id(4)] public long FenceId { get; init; }
}
