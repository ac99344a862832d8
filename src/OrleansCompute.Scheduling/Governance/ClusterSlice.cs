using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>A part of a cluster as a cluster of its own, with allocations translated both ways. Immutable.</summary>
internal sealed class ClusterSlice
{
    private readonly int[]? _global;
    private readonly int[]? _local;

    private ClusterSlice(ClusterSnapshot cluster, int[]? global, int[]? local) => (Cluster, _global, _local) = (cluster, global, local);

    /// <summary>The part.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>All nodes, each with what is left of it, so that nodes keep their numbers.</summary>
    /// <param name="cluster">The whole.</param>
    /// <param name="left">Accelerators left on each node.</param>
    /// <param name="cores">Cores left where they are limited.</param>
    /// <param name="bytes">Host memory left where it is limited.</param>
    /// <param name="groups">Groups with members on a node that hold what is not left.</param>
    public static ClusterSlice Rest(
        ClusterSnapshot cluster, int[] left, double[] cores, double[] bytes, IReadOnlyDictionary<int, ImmutableArray<string>> groups)
    {
        var nodes = cluster.Nodes.ToBuilder();
        for (var node = 0; node < left.Length; node++)
        {
            if (left[node] != nodes[node].Accelerators && nodes[node].TakesWork)
            {
                nodes[node] = With(nodes[node], left[node], cores[node], bytes[node]);
            }
        }

        foreach (var (node, names) in groups)
        {
            nodes[node] = nodes[node] with { OccupiedGroups = names };
        }

        return new ClusterSlice(new ClusterSnapshot(nodes.MoveToImmutable(), history: cluster.History), null, null);
    }

    /// <summary>Only the nodes with something in the part.</summary>
    /// <param name="cluster">The whole.</param>
    /// <param name="part">What of each node is in the part, by node.</param>
    /// <param name="groups">Groups with members on a node.</param>
    public static ClusterSlice Of(
        ClusterSnapshot cluster, SortedDictionary<int, NodePart> part, IReadOnlyDictionary<int, ImmutableArray<string>> groups)
    {
        var local = new int[cluster.Nodes.Length];
        Array.Fill(local, -1);
        var nodes = ImmutableArray.CreateBuilder<NodeSnapshot>(part.Count);
        foreach (var (node, piece) in part)
        {
            local[node] = nodes.Count;
            var whole = cluster.Nodes[node];
            nodes.Add((piece.Accelerators == whole.Accelerators ? whole : With(whole, piece.Accelerators, piece.Cores, piece.Bytes)) with
            {
                OccupiedGroups = groups.GetValueOrDefault(node, whole.OccupiedGroups),
            });
        }

        return new ClusterSlice(new ClusterSnapshot(nodes.MoveToImmutable(), history: cluster.History), [.. part.Keys], local);
    }

    /// <summary>An allocation of the whole as the part names it; none where a node of it is not in the part.</summary>
    public Allocation ToLocal(Allocation allocation)
    {
        if (_local is null || allocation.IsEmpty)
        {
            return allocation;
        }

        foreach (var share in allocation.Shares)
        {
            if (_local[share.Node] < 0)
            {
                return Allocation.None;
            }
        }

        return Allocation.Of([.. allocation.Shares.Select(share => share with { Node = _local[share.Node] })]);
    }

    /// <summary>An allocation of the part as the whole names it.</summary>
    public Allocation ToGlobal(Allocation allocation) =>
        _global is null || allocation.IsEmpty
            ? allocation
            : Allocation.Of([.. allocation.Shares.Select(share => share with { Node = _global[share.Node] })]);

    // Nothing left is not the same as no limit, which is what 0 says.
    private static NodeSnapshot With(NodeSnapshot node, int accelerators, double cores, double bytes) => node with
    {
        Accelerators = Math.Max(0, accelerators),
        CpuCores = node.CpuCores == 0 ? 0 : Math.Max(1e-6, cores),
        HostMemoryBytes = node.HostMemoryBytes == 0 ? 0 : (long)Math.Max(1, bytes),
    };
}
