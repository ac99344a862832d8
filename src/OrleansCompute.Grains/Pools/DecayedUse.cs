using Orleans;

namespace OrleansCompute.Grains.Pools;

/// <summary>Use that counts half after each half-life.</summary>
[GenerateSerializer, Immutable, Alias("oc.decayed-use.v1")]
public sealed record DecayedUse
{
    /// <summary>How much it counted then.</summary>
    [Id(0)] public required double Use { get; init; }

    /// <summary>When, seconds since 1970.</summary>
    [Id(1)] public required double AtSeconds { get; init; }
}
