using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Client;

/// <summary>Invoices of a tenant. Thread-safe.</summary>
public sealed class UsageClient
{
    private readonly FabricHttp api;

    internal UsageClient(FabricHttp api) => this.api = api;

    /// <summary>The rated usage of a month.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="month"><c>yyyy-MM</c>, UTC.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Invoice> GetInvoiceAsync(string tenant, string month, CancellationToken cancellationToken = default) =>
        api.GetAsync<Invoice>(FabricHttp.Path("tenants", tenant, "usage", month), cancellationToken);
}
