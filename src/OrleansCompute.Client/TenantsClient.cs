using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Client;

/// <summary>Tenants and their keys. Thread-safe.</summary>
public sealed class TenantsClient
{
    private readonly FabricHttp api;

    internal TenantsClient(FabricHttp api) => this.api = api;

    /// <summary>Creates a tenant or changes its plan; operators only.</summary>
    public Task<TenantSpec> ConfigureAsync(TenantSpec spec, CancellationToken cancellationToken = default) =>
        api.PostAsync<TenantSpec>("tenants", spec, cancellationToken);

    /// <summary>All tenants, by name; operators only.</summary>
    public Task<IReadOnlyList<TenantSpec>> ListAsync(CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<TenantSpec>>("tenants", cancellationToken);

    /// <summary>A tenant.</summary>
    public Task<TenantSpec> GetAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<TenantSpec>(FabricHttp.Path("tenants", tenant), cancellationToken);

    /// <summary>Gives the tenant a new API key and voids the old one.</summary>
    /// <returns>The key, which is shown this once.</returns>
    public async Task<string> IssueApiKeyAsync(string tenant, CancellationToken cancellationToken = default) =>
        (await api.PostAsync<IssuedKey>(FabricHttp.Path("tenants", tenant, "api-key"), null, cancellationToken).ConfigureAwait(false)).ApiKey;

    private sealed record IssuedKey(string Tenant, string ApiKey);
}
