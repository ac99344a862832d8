using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestUsageGrain(string key) : IUsageGrain
{
    public Task Record(ImmutableArray<UsageEntry> entries) => Task.CompletedTask;

    public Task<Invoice> GetInvoice()
    {
        var (tenant, month) = FabricKey.Split(key);
        return Task.FromResult(new Invoice
        {
            Tenant = tenant,
            Month = month,
            Lines = [new InvoiceLine { Job = "job", AcceleratorSeconds = 12.5m, Amount = 0.00125m }],
            AcceleratorSeconds = 12.5m,
            Amount = 0.00m,
            Currency = "EUR",
        });
    }
}
