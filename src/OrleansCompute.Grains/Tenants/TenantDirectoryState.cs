using Orleans;

namespace OrleansCompute.Grains.Tenants;

/// <summary>What is stored of the directory of tenants.</summary>
[GenerateSerializer, Alias("oc.tenant-directory-state.v1")]
public sealed class TenantDirectoryState
{
    /// <summary>Names of all tenants.</summary>
    [Id(0)] public SortedSet<string> Tenants { get; set; } = new(StringComparer.Ordinal);
}
