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

    /// <summary>The lease that holds it, or null where it is free.</summary>
    [Id(2)] public Pools.Lease? Lease { get; init; }
}
