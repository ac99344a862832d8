using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>How well a job uses accelerators of a kind.</summary>
[GenerateSerializer, Immutable, Alias("oc.kind-speed.v1")]
public sealed record KindSpeed
{
    /// <summary>Kind of the accelerators.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>Samples that it trains on per 10⁹ operations of the accelerator's measured speed, above 0.</summary>
    [Id(1)] public required double SamplesPerGflop { get; init; }
}
