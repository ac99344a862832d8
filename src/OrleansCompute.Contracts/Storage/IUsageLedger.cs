using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Contracts.Storage;

/// <summary>The append-only usage ledger. Thread-safe.</summary>
public interface IUsageLedger
{
    /// <summary>Appends entries, on disk when the task completes; an interval of a lease that is there already is ignored.</summary>
    Task AppendUsageAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken);

    /// <summary>Entries of a tenant that begin in a month, in order of lease and interval.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="month"><c>yyyy-MM</c>, UTC.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<IReadOnlyList<UsageEntry>> ReadUsageAsync(string tenant, string month, CancellationToken cancellationToken);

    /// <summary>
    /// The same entries added up, in order of job and share: exact, and as fast for a month of intervals as for one. An entry and its part
    /// of the sum are stored together or not at all.
    /// </summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="month"><c>yyyy-MM</c>, UTC.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<IReadOnlyList<UsageTotal>> ReadTotalsAsync(string tenant, string month, CancellationToken cancellationToken);
}
