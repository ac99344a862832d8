using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a pool answers a node that tells it that it is there.</summary>
[GenerateSerializer, Immutable, Alias("oc.node-heartbeat.v1")]
public sealed record NodeHeartbeat
{
    /// <summary>Whether this run of the node is in the pool; a node that was taken for lost is not, and joins again.</summary>
    [Id(0)] public required bool IsKnown { get; init; }

    /// <summary>Leases in force on it, ascending; every other one is void.</summary>
    [Id(1)] public required ImmutableArray<long> Leases { get; init; }
}
