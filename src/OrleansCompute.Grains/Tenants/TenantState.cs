using Orleans;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Tenants;

/// <summary>What is stored of a tenant.</summary>
[GenerateSerializer, Alias("oc.tenant-state.v1")]
public sealed class TenantState
{
    /// <summary>The tenant; null until it is configured.</summary>
    [Id(0)] public TenantSpec? Spec { get; set; }

    /// <summary>Salted hash of the API key; null for none.</summary>
    [Id(1)] public string? ApiKeyHash { get; set; }

    /// <summary>Names that it owns, by kind.</summary>
    [Id(2)] public Dictionary<TenantResource, HashSet<string>> Resources { get; set; } = [];
}
