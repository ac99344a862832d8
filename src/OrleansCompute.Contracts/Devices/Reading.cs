using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>What a device measured at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.reading.v1")]
public sealed record Reading
{
    /// <summary>Ascending number that the device gives; the same number again is the same reading.</summary>
    [Id(0)] public required long Sequence { get; init; }

    /// <summary>Device clock, UTC.</summary>
    [Id(1)] public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>The quantities, 1 to 64.</summary>
    [Id(2)] public required ImmutableArray<NamedValue> Values { get; init; }
}
