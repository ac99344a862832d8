using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What one job holds of a kind of accelerators.</summary>
[GenerateSerializer, Immutable, Alias("oc.accelerator-holding.v1")]
public sealed record AcceleratorHolding
{
    /// <summary>Tenant that pays; empty where it is another one than that of the asker, who is no operator.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The job; empty where it is of another tenant than that of the asker, who is no operator.</summary>
    [Id(1)] public required string Job { get; init; }

    /// <summary>Kind of the accelerators.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>How many; one for a part of one.</summary>
    [Id(3)] public required int Accelerators { get; init; }

    /// <summary>When it is expected to end, UTC; null where nobody knows.</summary>
    [Id(4)] public DateTimeOffset? Until { get; init; }

    /// <summary>The same number with a part counting as its share; null from a fabric that does not tell.</summary>
    [Id(5)] public double? Amount { get; init; }
}
