using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A pool at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.pool-snapshot.v1")]
public sealed record PoolSnapshot
{
    /// <summary>Name of the pool.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Nodes that ever joined, by name, with those that are lost.</summary>
    [Id(1)] public required ImmutableArray<Nodes.NodeSnapshot> Nodes { get; init; }

    /// <summary>Jobs that wait, in the order of the queue.</summary>
    [Id(2)] public required ImmutableArray<QueuedJob> Queue { get; init; }

    /// <summary>Leases in force.</summary>
    [Id(3)] public required ImmutableArray<Lease> Leases { get; init; }

    /// <summary>Jobs that hold accelerators, in the order of their submission.</summary>
    [Id(4)] public ImmutableArray<RunningJob> Running { get; init; } = [];

    /// <summary>Name of the policy.</summary>
    [Id(5)] public string Policy { get; init; } = "";

    /// <summary>Seconds after which leases that a job was asked to give back are taken.</summary>
    [Id(6)] public double YieldTimeoutSeconds { get; init; }

    /// <summary>Seconds before an announced reclaim at which a node's jobs begin to move, at the latest.</summary>
    [Id(7)] public double ReclaimLeadSeconds { get; init; }

    /// <summary>Whether something changed after the reasons were found, and the policy is being asked anew.</summary>
    [Id(8)] public bool IsDeciding { get; init; }
}
