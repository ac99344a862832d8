using System.Collections.Immutable;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Readings of one device that travel, and are acknowledged, together.</summary>
public sealed record TelemetryBatch
{
    /// <summary>1 to 512 readings, their sequence numbers strictly ascending.</summary>
    public required ImmutableArray<TelemetryReading> Readings { get; init; }

    /// <summary>The sequence number of the first reading.</summary>
    public long FirstSequence => Readings[0].Sequence;

    /// <summary>The sequence number of the last reading.</summary>
    public long LastSequence => Readings[^1].Sequence;
}
