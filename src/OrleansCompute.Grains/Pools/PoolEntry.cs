using Orleans;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>Changes of a pool that are stored together. What it names replaces what was there under that name.</summary>
[GenerateSerializer, Alias("oc.pool-entry.v1")]
public sealed class PoolEntry
{
    /// <summary>Ascending without gaps, from 1; 0 where it was never written.</summary>
    [Id(0)] public long Index { get; set; }

    /// <summary>Jobs that are new or changed.</summary>
    [Id(1)] public List<PooledJob> Jobs { get; set; } = [];

    /// <summary>Jobs that are gone.</summary>
    [Id(2)] public List<string> EndedJobs { get; set; } = [];

    /// <summary>Leases that are new.</summary>
    [Id(3)] public List<Lease> Leases { get; set; } = [];

    /// <summary>Leases that are gone.</summary>
    [Id(4)] public List<long> EndedLeases { get; set; } = [];

    /// <summary>Nodes that are new or changed.</summary>
    [Id(5)] public List<NodeSnapshot> Nodes { get; set; } = [];

    /// <summary>What is not in pages.</summary>
    [Id(6)] public PoolHead Head { get; set; } = new();

    /// <summary>Nodes that are gone.</summary>
    [Id(7)] public List<string> EndedNodes { get; set; } = [];
}
