using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Contracts.Storage;

/// <summary>Readings of devices. Thread-safe; appends of many callers share a commit.</summary>
public interface ITelemetryStore
{
    /// <summary>Stores readings; they are on disk when the task completes. A sequence number that is there already is ignored.</summary>
    /// <returns>How many were new.</returns>
    ValueTask<int> AppendReadingsAsync(string tenant, string device, IReadOnlyList<Reading> readings, CancellationToken cancellationToken);

    /// <summary>Readings stored of a device, or of all devices of the tenant where <paramref name="device"/> is null.</summary>
    Task<long> CountReadingsAsync(string tenant, string? device, CancellationToken cancellationToken);

    /// <summary>Readings of a device in order of their sequence numbers.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="device">Device.</param>
    /// <param name="afterSequence">Begin after this number.</param>
    /// <param name="limit">At most so many, 1 to 10,000.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<IReadOnlyList<Reading>> ReadReadingsAsync(
        string tenant, string device, long afterSequence, int limit, CancellationToken cancellationToken);
}
