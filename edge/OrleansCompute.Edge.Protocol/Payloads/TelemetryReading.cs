using System.Collections.Immutable;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>What a device measured at one moment.</summary>
public sealed record TelemetryReading
{
    /// <summary>
    /// Counts the readings of the device, ascending from 1 over restarts; with the device it identifies the reading, so that one
    /// which arrives twice is stored once. Gaps are allowed.
    /// </summary>
    public required long Sequence { get; init; }

    /// <summary>When, by the clock of the device; 100 ns steps, sent as UTC.</summary>
    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>1 to 64 values of different names.</summary>
    public required ImmutableArray<NamedValue> Values { get; init; }
}
