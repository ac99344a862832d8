using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Dashboard.Data;

/// <content>Tenants and their invoices, read while somebody looks at them.</content>
internal sealed partial class FabricReader
{
    // An invoice is computed from a month of the ledger.
    private static readonly TimeSpan _invoiceAge = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (long At, Invoice Invoice)> _invoices = new(StringComparer.Ordinal);

    public Task<ImmutableArray<Probe<TenantAccount>>> AskTenantsAsync(ImmutableArray<string> tenants, CancellationToken cancellationToken) =>
        MapAsync(
            [.. tenants.Take(options.Value.MaxItemsPerKind)],
            tenant => AskAsync(
                tenant, tenant, async () => new TenantAccount(await grains.GetGrain<ITenantGrain>(tenant).Get(), await InvoiceAsync(tenant)), cancellationToken),
            cancellationToken);

    private async Task<Invoice> InvoiceAsync(string tenant)
    {
        var key = FabricKey.Of(tenant, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        if (_invoices.TryGetValue(tenant, out var known) && clock.GetElapsedTime(known.At) < _invoiceAge)
        {
            return known.Invoice;
        }

        var invoice = await grains.GetGrain<IUsageGrain>(key).GetInvoice();
        _invoices[tenant] = (clock.GetTimestamp(), invoice);
        return invoice;
    }
}
