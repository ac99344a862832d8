using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>A rule found a device's readings out of the ordinary.</summary>
[GenerateSerializer, Immutable, Alias("oc.alarm.v1")]
public sealed record Alarm
{
    /// <summary>Device that measured.</summary>
    [Id(0)] public required string Device { get; init; }

    /// <summary>Rule that fired.</summary>
    [Id(1)] public required string Rule { get; init; }

    /// <summary>A sentence with the value and the expected range.</summary>
    [Id(2)] public required string Text { get; init; }

    /// <summary>Reading that raised it.</summary>
    [Id(3)] public required long RaisedAtSequence { get; init; }

    /// <summary>Device clock at that reading, UTC.</summary>
    [Id(4)] public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>Reading at which things were ordinary again; null while it lasts.</summary>
    [Id(5)] public long? ClearedAtSequence { get; init; }
}
