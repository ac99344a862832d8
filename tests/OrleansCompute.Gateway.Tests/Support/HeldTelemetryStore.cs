using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Gateway.Tests.Support;

/// <summary>A real store whose commits the test holds back or lets fail.</summary>
internal sealed class HeldTelemetryStore(ITelemetryStore store) : ITelemetryStore
{
    private readonly TaskCompletionSource<IReadOnlyList<Reading>> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Awaited before every append; null lets appends through.</summary>
    public Func<IReadOnlyList<Reading>, Task>? Before { get; set; }

    /// <summary>Completes with the readings of the first append.</summary>
    public Task<IReadOnlyList<Reading>> FirstAppend => arrived.Task;

    public async ValueTask<int> AppendReadingsAsync(
        string tenant, string device, IReadOnlyList<Reading> readings, CancellationToken cancellationToken)
    {
        arrived.TrySetResult(readings);
        if (Before is { } before)
        {
            await before(readings);
        }

        return await store.AppendReadingsAsync(tenant, device, readings, cancellationToken);
    }

    public Task<long> CountReadingsAsync(string tenant, string? device, CancellationToken cancellationToken) =>
        store.CountReadingsAsync(tenant, device, cancellationToken);

    public Task<IReadOnlyList<Reading>> ReadReadingsAsync(
        string tenant, string device, long afterSequence, int limit, CancellationToken cancellationToken) =>
        store.ReadReadingsAsync(tenant, device, afterSequence, limit, cancellationToken);
}
