using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>A part of one accelerator. Its node enforces both numbers.</summary>
[GenerateSerializer, Immutable, Alias("oc.fraction-spec.v1")]
public sealed record FractionSpec
{
    /// <summary>Part of its time, 0.01 to below 1, while others want theirs.</summary>
    [Id(0)] public required double Compute { get; init; }

    /// <summary>Its memory, bytes, 1 MiB to 16 TiB.</summary>
    [Id(1)] public required long MemoryBytes { get; init; }
}
