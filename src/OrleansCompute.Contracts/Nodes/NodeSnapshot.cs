using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>A node at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.node-snapshot.v1")]
public sealed record NodeSnapshot
{
    /// <summary>Name of the node and of its silo.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Number of this run of the node; a lease of an earlier incarnation is void.</summary>
    [Id(1)] public required long Incarnation { get; init; }

    /// <summary>Whether it takes work.</summary>
    [Id(2)] public required NodeState State { get; init; }

    /// <summary>Its accelerators, by name.</summary>
    [Id(3)] public required ImmutableArray<AcceleratorSnapshot> Accelerators { get; init; }

    /// <summary>When this was read, UTC.</summary>
    [Id(4)] public required DateTimeOffset ReportedAt { get; init; }

    /// <summary>The machine; null where the node is of a version that does not say.</summary>
    [Id(5)] public HostDescription? Host { get; init; }

    /// <summary>When it will be taken back, UTC, where that was announced to its pool; null in what the node itself reports.</summary>
    [Id(6)] public DateTimeOffset? ReclaimAt { get; init; }

    /// <summary>Datasets that it holds decoded in memory, each as in <see cref="Pools.JobRequest.DatasetKey"/>, at most 64; empty where it does not say.</summary>
    [Id(7)] public ImmutableArray<string> Datasets { get; init; } = [];
}
