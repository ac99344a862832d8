using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>Nodes that come, or go.</summary>
[GenerateSerializer, Immutable, Alias("oc.nodes-to-add.v1")]
public sealed record NodesToAdd
{
    /// <summary>Kind of their accelerators.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>How many; a negative number takes away those with most free accelerators. -10,000 to 10,000, not 0.</summary>
    [Id(1)] public required int Count { get; init; }

    /// <summary>Accelerators of each, 1 to 1024; null for as many as the largest node of the kind has.</summary>
    [Id(2)] public int? AcceleratorsPerNode { get; init; }
}
