using System.Collections.Immutable;
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

    /// <summary>Tenant that it belongs to, whose limits hold for it too; empty (the default) for the top.</summary>
    [Id(3)] public string Parent { get; init; } = "";

    /// <summary>Its part of what is shared, relative to the other tenants of the same parent, above 0 to 1,000,000. Default 1.</summary>
    [Id(4)] public double Weight { get; init; } = 1;

    /// <summary>Most accelerators of a kind that it may hold, by kind; a kind that is missing has no limit of its own.</summary>
    [Id(5)] public ImmutableDictionary<string, int> Quota { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Accelerators that it gets whenever its jobs ask for them, whoever borrowed them, by kind; at most its quota.</summary>
    [Id(6)] public ImmutableDictionary<string, int> Guaranteed { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Most accelerators beyond its guarantees that it may hold, 0 to 1024; null for no limit.</summary>
    [Id(7)] public int? BorrowingLimit { get; init; }

    /// <summary>Most accelerators of each guarantee that others may use while it leaves them idle, 0 to 1024; null for all.</summary>
    [Id(8)] public int? LendingLimit { get; init; }

    /// <summary>
    /// In a request: quotas may be above what the pool has at present, or of kinds that it has not, because it is going to grow. Default
    /// false: those are refused. It is of that request only, and never read back as true; guarantees above what there is are refused always.
    /// </summary>
    [Id(9)] public bool AheadOfCapacity { get; init; }
}
