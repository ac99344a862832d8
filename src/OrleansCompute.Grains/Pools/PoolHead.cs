using Orleans;

namespace OrleansCompute.Grains.Pools;

/// <summary>What is stored of a pool as a whole: small.</summary>
[GenerateSerializer, Alias("oc.pool-head.v1")]
public sealed class PoolHead
{
    /// <summary>Number of the last entry that it contains; 0 where it was never written.</summary>
    [Id(0)] public long AsOf { get; set; }

    /// <summary>Number of the last lease.</summary>
    [Id(1)] public long LastLeaseId { get; set; }

    /// <summary>Nodes that are being emptied.</summary>
    [Id(2)] public List<string> Draining { get; set; } = [];

    /// <summary>What was learned of jobs that are done, and what tenants used; null in an entry where the last one that has it counts.</summary>
    [Id(3)] public PoolMemory? Memory { get; set; }

    /// <summary>Runs of nodes that an operator removed, by the node's name.</summary>
    [Id(4)] public Dictionary<string, long> Removed { get; set; } = [];

    /// <summary>When nodes will be taken away, by name, UTC.</summary>
    [Id(5)] public Dictionary<string, DateTimeOffset> Reclaims { get; set; } = [];
}
