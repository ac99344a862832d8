using Orleans;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>One accelerator of a node, and how fast it was measured to be.</summary>
[GenerateSerializer, Immutable, Alias("oc.accelerator.v1")]
public sealed record AcceleratorDescription
{
    /// <summary>Name, unique on its node; for example <c>cpu0</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>What it is; for example <c>cpu-avx512</c>.</summary>
    [Id(1)] public required string Kind { get; init; }

    /// <summary>Threads that compute, 1 or more.</summary>
    [Id(2)] public required int Threads { get; init; }

    /// <summary>Enforced share of the compute time, above 0 to 1.</summary>
    [Id(3)] public required double ComputeShareFraction { get; init; }

    /// <summary>Measured speed in 10⁹ floating-point operations a second, share included; 0 until measured.</summary>
    [Id(4)] public double ScoreGflops { get; init; }

    /// <summary>Memory that tensors can use, bytes; 0 where it is not known.</summary>
    [Id(5)] public long MemoryBytes { get; init; }

    /// <summary>When <see cref="ScoreGflops"/> was measured, UTC: before this run of the node where a later measurement was in doubt; null where a score card says it.</summary>
    [Id(6)] public DateTimeOffset? ScoreMeasuredAt { get; init; }
}
