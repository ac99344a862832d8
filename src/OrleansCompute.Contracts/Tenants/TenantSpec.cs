using Orleans;

namespace OrleansCompute.Contracts.Tenants;

/// <summary>A tenant as the operator wants it.</summary>
[GenerateSerializer, Immutable, Alias("oc.tenant-spec.v1")]
public sealed record TenantSpec
{
    /// <summary>Name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Most accelerators it may hold at a time, 1 to 1024. Default 1024: the pool is the limit.</summary>
    [Id(1)] public int MaxAccelerators { get; init; } = 1024;

    /// <summary>What it pays.</summary>
    [Id(2)] public PricePlan Plan { get; init; } = new();
}
