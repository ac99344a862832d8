using Orleans;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>A part of what is stored of a pool: it holds all changes up to one entry of the journal.</summary>
[GenerateSerializer, Alias("oc.pool-page.v1")]
public sealed class PoolPage
{
    /// <summary>Number of the last entry that it contains; 0 where it was never written.</summary>
    [Id(0)] public long AsOf { get; set; }

    /// <summary>Jobs.</summary>
    [Id(1)] public List<PooledJob> Jobs { get; set; } = [];

    /// <summary>Leases.</summary>
    [Id(2)] public List<Lease> Leases { get; set; } = [];

    /// <summary>Nodes.</summary>
    [Id(3)] public List<NodeSnapshot> Nodes { get; set; } = [];
}
