using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>Another limit of a tenant.</summary>
[GenerateSerializer, Immutable, Alias("oc.quota-adjustment.v1")]
public sealed record QuotaAdjustment
{
    /// <summary>The tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Most accelerators that it may hold, 0 or more.</summary>
    [Id(1)] public required int MaxAccelerators { get; init; }

    /// <summary>The kind that the limit is for; null for all together.</summary>
    [Id(2)] public string? Kind { get; init; }
}
