using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// What is free while a round is decided. Nodes are found by how much is free on them, the one with the lowest index first, in time
/// that does not grow with the number of nodes. Not thread-safe.
/// </summary>
public sealed class FreeAccelerators
{
    private readonly ClusterSnapshot _cluster;
    private readonly int[] _free;
    private readonly int[] _freePerType;

    // [type][free]: nodes that have, or had, so much free; what is out of date is dropped when it comes up.
    private readonly PriorityQueue<int, int>[][] _byFree;

    /// <summary>All nodes that take work free.</summary>
    public FreeAccelerators(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _free = new int[cluster.Nodes.Length];
        _freePerType = [.. cluster.AcceleratorsPerType];
        _byFree = new PriorityQueue<int, int>[cluster.Types.Length][];
        for (var type = 0; type < _byFree.Length; type++)
        {
            _byFree[type] = new PriorityQueue<int, int>[cluster.LargestNodePerType[type] + 1];
            for (var count = 0; count < _byFree[type].Length; count++)
            {
                _byFree[type][count] = new PriorityQueue<int, int>();
            }
        }

        for (var node = 0; node < _free.Length; node++)
        {
            if (cluster.Nodes[node].TakesWork)
            {
                Set(node, cluster.Nodes[node].Accelerators);
            }
        }
    }

    /// <summary>Free accelerators of a node; 0 where it takes no work.</summary>
    public int Of(int node) => _free[node];

    /// <summary>Free accelerators of a type.</summary>
    public int OfType(int type) => _freePerType[type];

    /// <summary>Whether the nodes take work and have so much free.</summary>
    public bool Has(Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        foreach (var share in allocation.Shares)
        {
            if (_free[share.Node] < share.Accelerators)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes what <see cref="Has"/> says is there.</summary>
    public void Take(Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        foreach (var share in allocation.Shares)
        {
            _freePerType[_cluster.TypeOf(share.Node)] -= share.Accelerators;
            Set(share.Node, _free[share.Node] - share.Accelerators);
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Release(Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        foreach (var share in allocation.Shares)
        {
            _freePerType[_cluster.TypeOf(share.Node)] += share.Accelerators;
            Set(share.Node, _free[share.Node] + share.Accelerators);
        }
    }

    /// <summary>Takes accelerators of a type from the nodes that have most free.</summary>
    /// <returns>None where the type has not so many free.</returns>
    public Allocation TakeFromFreest(int type, int accelerators)
    {
        if (accelerators < 1 || accelerators > _freePerType[type])
        {
            return Allocation.None;
        }

        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        for (var left = accelerators; left > 0;)
        {
            var node = Freest(type);
            var count = Math.Min(left, _free[node]);
            shares.Add(new NodeShare(node, count));
            left -= count;
            _freePerType[type] -= count;
            Set(node, _free[node] - count);
        }

        return Allocation.Of(shares.DrainToImmutable());
    }

    /// <summary>
    /// Takes accelerators of a type so that few nodes are touched and little is left over: whole nodes, freest first, while more is
    /// needed than the freest has; the rest from the node on which it leaves least.
    /// </summary>
    /// <returns>None where the type has not so many free.</returns>
    public Allocation TakeConsolidated(int type, int accelerators)
    {
        if (accelerators < 1 || accelerators > _freePerType[type])
        {
            return Allocation.None;
        }

        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        for (var left = accelerators; left > 0;)
        {
            var node = Tightest(type, left);
            node = node < 0 ? Freest(type) : node;
            var count = Math.Min(left, _free[node]);
            shares.Add(new NodeShare(node, count));
            left -= count;
            _freePerType[type] -= count;
            Set(node, _free[node] - count);
        }

        return Allocation.Of(shares.DrainToImmutable());
    }

    /// <summary>
    /// Takes accelerators of a type from so many nodes, about as many from each; as <see cref="TakeConsolidated"/> where there are not so
    /// many nodes with enough free, or where no more are needed.
    /// </summary>
    /// <returns>None where the type has not so many free.</returns>
    public Allocation TakeSpread(int type, int accelerators, int nodes)
    {
        var perNode = _cluster.LargestNodePerType[type];
        if (accelerators < 1 || accelerators > _freePerType[type] || (nodes - 1) * perNode < accelerators)
        {
            return TakeConsolidated(type, accelerators);
        }

        var shares = ImmutableArray.CreateBuilder<NodeShare>(nodes);
        for (var left = accelerators; left > 0 && shares.Count < nodes;)
        {
            // From the tightest that has an even part, so that whole nodes stay whole where they can.
            var part = (left + nodes - shares.Count - 1) / (nodes - shares.Count);
            var node = Tightest(type, part, shares);
            if (node < 0)
            {
                Release(Allocation.Of(shares.DrainToImmutable()));
                return TakeConsolidated(type, accelerators);
            }

            shares.Add(new NodeShare(node, part));
            left -= part;
            _freePerType[type] -= part;
            Set(node, _free[node] - part);
        }

        return Allocation.Of(shares.DrainToImmutable());
    }

    // As below, leaving out nodes that gave already.
    private int Tightest(int type, int accelerators, ImmutableArray<NodeShare>.Builder without)
    {
        var byFree = _byFree[type];
        for (var count = accelerators; count < byFree.Length; count++)
        {
            var set = new List<int>();
            var found = -1;
            while (Head(byFree[count], count) is var node and >= 0)
            {
                if (!without.Any(share => share.Node == node))
                {
                    found = node;
                    break;
                }

                set.Add(byFree[count].Dequeue());
            }

            foreach (var node in set)
            {
                byFree[count].Enqueue(node, node);
            }

            if (found >= 0)
            {
                return found;
            }
        }

        return -1;
    }

    private int Freest(int type)
    {
        var byFree = _byFree[type];
        for (var count = byFree.Length - 1; count > 0; count--)
        {
            if (Head(byFree[count], count) is var node and >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    private int Tightest(int type, int accelerators)
    {
        var byFree = _byFree[type];
        for (var count = accelerators; count < byFree.Length; count++)
        {
            if (Head(byFree[count], count) is var node and >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    private int Head(PriorityQueue<int, int> nodes, int count)
    {
        while (nodes.TryPeek(out var node, out _))
        {
            if (_free[node] == count)
            {
                return node;
            }

            nodes.Dequeue();
        }

        return -1;
    }

    private void Set(int node, int free)
    {
        _free[node] = free;
        _byFree[_cluster.TypeOf(node)][free].Enqueue(node, node);
    }
}
