using System.Diagnostics.Metrics;
using OrleansCompute.Contracts.Server;

namespace OrleansCompute.Gateway;

/// <summary>Counts what the gateway does. Thread-safe; also a meter, <see cref="MeterName"/>.</summary>
public sealed class GatewayStatistics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansCompute.Gateway";

    private static readonly string[] RejectNames = Enum.GetNames<RejectReason>();

    private readonly Meter meter;
    private readonly long[] rejected = new long[RejectNames.Length];
    private long accepted;
    private long refused;
    private long connections;
    private long readingsReceived;
    private long readingsStored;
    private long inferencesReceived;
    private long inferencesStored;
    private long twinUpdates;
    private long twinFailures;
    private long offersSent;
    private long chunksSent;
    private long chunkBytesSent;

    /// <summary>Creates the counters and their meter.</summary>
    /// <param name="meters">Makes the meter, so that tests and hosts tell instances apart.</param>
    public GatewayStatistics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("oc.gateway.connections", () => Volatile.Read(ref connections), "{connection}");
        Count("oc.gateway.connections.accepted", "{connection}", () => Volatile.Read(ref accepted));
        Count("oc.gateway.connections.refused", "{connection}", () => Volatile.Read(ref refused));
        Count("oc.gateway.readings.received", "{reading}", () => Volatile.Read(ref readingsReceived));
        Count("oc.gateway.readings.stored", "{reading}", () => Volatile.Read(ref readingsStored));
        Count("oc.gateway.inferences.received", "{result}", () => Volatile.Read(ref inferencesReceived));
        Count("oc.gateway.inferences.stored", "{result}", () => Volatile.Read(ref inferencesStored));
        Count("oc.gateway.twin.updates", "{call}", () => Volatile.Read(ref twinUpdates));
        Count("oc.gateway.twin.failures", "{call}", () => Volatile.Read(ref twinFailures));
        Count("oc.gateway.offers.sent", "{offer}", () => Volatile.Read(ref offersSent));
        Count("oc.gateway.chunks.sent", "{chunk}", () => Volatile.Read(ref chunksSent));
        Count("oc.gateway.chunks.bytes", "By", () => Volatile.Read(ref chunkBytesSent));
        meter.CreateObservableCounter(
            "oc.gateway.rejected",
            () => RejectNames.Select((name, i) => new Measurement<long>(
                Volatile.Read(ref rejected[i]), new KeyValuePair<string, object?>("reason", name))),
            "{message}");
    }

    /// <summary>The counters now; each is read by itself.</summary>
    public GatewayCounters Snapshot() => new(
        Volatile.Read(ref connections),
        Volatile.Read(ref accepted),
        Volatile.Read(ref refused),
        Volatile.Read(ref readingsReceived),
        Volatile.Read(ref readingsStored),
        Volatile.Read(ref inferencesReceived),
        Volatile.Read(ref inferencesStored),
        Volatile.Read(ref twinUpdates),
        Volatile.Read(ref twinFailures),
        Volatile.Read(ref offersSent),
        Volatile.Read(ref chunksSent),
        Volatile.Read(ref chunkBytesSent),
        RejectNames.Select((name, i) => (name, Count: Volatile.Read(ref rejected[i]))).ToDictionary(r => r.name, r => r.Count));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void Accepted() => Interlocked.Increment(ref accepted);

    internal void Refused() => Interlocked.Increment(ref refused);

    internal void Connected() => Interlocked.Increment(ref connections);

    internal void Disconnected() => Interlocked.Decrement(ref connections);

    internal void Readings(int received, int stored)
    {
        Interlocked.Add(ref readingsReceived, received);
        Interlocked.Add(ref readingsStored, stored);
    }

    internal void Inferences(int received, int stored)
    {
        Interlocked.Add(ref inferencesReceived, received);
        Interlocked.Add(ref inferencesStored, stored);
    }

    internal void TwinUpdated() => Interlocked.Increment(ref twinUpdates);

    internal void TwinFailed() => Interlocked.Increment(ref twinFailures);

    internal void OfferSent() => Interlocked.Increment(ref offersSent);

    internal void ChunkSent(int bytes)
    {
        Interlocked.Increment(ref chunksSent);
        Interlocked.Add(ref chunkBytesSent, bytes);
    }

    internal void Rejected(RejectReason reason, int count = 1) => Interlocked.Add(ref rejected[(int)reason], count);

    private void Count(string name, string unit, Func<long> read) => meter.CreateObservableCounter(name, read, unit);
}
