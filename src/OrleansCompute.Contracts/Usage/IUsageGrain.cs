using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Usage;

/// <summary>The usage of a tenant in a month. Key: tenant/yyyy-MM.</summary>
[Alias("oc.IUsageGrain")]
public interface IUsageGrain : IGrainWithStringKey
{
    /// <summary>Appends to the ledger; an interval that is there already is ignored.</summary>
    Task Record(ImmutableArray<UsageEntry> entries);

    /// <summary>Rates the ledger by the tenant's plan.</summary>
    Task<Invoice> GetInvoice();
}
