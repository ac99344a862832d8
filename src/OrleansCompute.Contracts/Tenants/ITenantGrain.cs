using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Tenants;

/// <summary>A tenant: plan, quota, API key, and the names of what it owns. Key: tenant.</summary>
[Alias("oc.ITenantGrain")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Creates the tenant or changes its plan.</summary>
    /// <exception cref="FabricRefusedException">
    /// The name or a limit is out of range, or a limit that is new or raised is above what the pool has (<see cref="TenantSpec.AheadOfCapacity"/>).
    /// </exception>
    Task<TenantSpec> Configure(TenantSpec spec);

    /// <summary>The tenant; answered between the turns of longer calls.</summary>
    /// <exception cref="FabricNotFoundException">There is no such tenant.</exception>
    [AlwaysInterleave]
    Task<TenantSpec> Get();

    /// <summary>Gives the tenant a new API key and voids the old one. Shown once, stored as a salted hash.</summary>
    Task<string> IssueApiKey();

    /// <summary>Whether this is the tenant's API key.</summary>
    Task<bool> VerifyApiKey(string apiKey);

    /// <summary>Notes that the tenant owns something; idempotent.</summary>
    /// <exception cref="FabricRefusedException">The tenant is unknown, or owns 100,000 of the kind already.</exception>
    Task Register(TenantResource kind, string name);

    /// <summary>Names of what it owns, in ordinal order.</summary>
    Task<ImmutableArray<string>> List(TenantResource kind);
}
