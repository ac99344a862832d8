using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Tenants;

/// <summary>Names of all tenants. Key: <see cref="Key"/>.</summary>
[Alias("oc.ITenantDirectoryGrain")]
public interface ITenantDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string Key = "fabric";

    /// <summary>Adds a tenant; idempotent.</summary>
    Task Add(string tenant);

    /// <summary>All tenants, in ordinal order.</summary>
    Task<ImmutableArray<string>> List();
}
