using Orleans;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>A pool as it is in memory, and as versions before the journal stored it in one piece.</summary>
[GenerateSerializer, Alias("oc.pool-state.v1")]
public sealed class PoolGrainState
{
    /// <summary>Nodes that ever joined, by name, as they last reported.</summary>
    [Id(0)] public Dictionary<string, NodeSnapshot> Nodes { get; set; } = [];

    /// <summary>Jobs that wait, as versions before elastic jobs stored them; taken over into <see cref="Jobs"/>.</summary>
    [Id(1)] public List<JobRequest> Queue { get; set; } = [];

    /// <summary>Leases in force.</summary>
    [Id(2)] public List<Lease> Leases { get; set; } = [];

    /// <summary>Number of the last lease.</summary>
    [Id(3)] public long LastLeaseId { get; set; }

    /// <summary>Jobs that are not finished, first come first.</summary>
    [Id(4)] public List<PooledJob> Jobs { get; set; } = [];

    /// <summary>Nodes that are being emptied.</summary>
    [Id(5)] public HashSet<string> Draining { get; set; } = [];

    /// <summary>Runs of nodes that an operator removed, by the node's name.</summary>
    [Id(20)] public Dictionary<string, long> Removed { get; set; } = [];

    /// <summary>When nodes will be taken away, by name, UTC.</summary>
    [Id(21)] public Dictionary<string, DateTimeOffset> Reclaims { get; set; } = [];

    /// <summary>What was learned of jobs that are done, and what tenants used.</summary>
    [Id(6)] public PoolMemory Memory { get; set; } = new();

    /// <summary>The same, apart: what the grain changes from now on is not in it. What it holds besides lists never changes.</summary>
    internal PoolGrainState Copy()
    {
        var copy = (PoolGrainState)MemberwiseClone();
        copy.Nodes = new Dictionary<string, NodeSnapshot>(Nodes, StringComparer.Ordinal);
        copy.Leases = [.. Leases];
        copy.Jobs = Jobs.ConvertAll(static job => job.Copy());
        copy.Draining = [.. Draining];
        copy.Removed = new Dictionary<string, long>(Removed, StringComparer.Ordinal);
        copy.Reclaims = new Dictionary<string, DateTimeOffset>(Reclaims, StringComparer.Ordinal);
        copy.Memory = Memory.Copy();
        return copy;
    }
}
