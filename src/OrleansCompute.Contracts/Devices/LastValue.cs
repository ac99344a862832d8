using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>The newest value of a quantity.</summary>
[GenerateSerializer, Immutable, Alias("oc.last-value.v1")]
public sealed record LastValue
{
    /// <summary>Quantity.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Value, in the unit that the device uses.</summary>
    [Id(1)] public required double Value { get; init; }

    /// <summary>Device clock, UTC.</summary>
    [Id(2)] public required DateTimeOffset MeasuredAt { get; init; }
}
