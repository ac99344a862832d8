using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>Finds nodes for a gang that goes first: few of them, and on them as few accelerators as can be that others must leave.</summary>
internal sealed class GangPlacer
{
    private readonly ClusterSnapshot _cluster;
    private readonly int[] _fixed;
    private readonly int[] _held;
    private readonly HashSet<(int Node, int Device)> _shared = [];

    /// <summary>Everything free.</summary>
    public GangPlacer(ClusterSnapshot cluster)
    {
        _cluster = cluster;
        _fixed = new int[cluster.Nodes.Length];
        _held = new int[cluster.Nodes.Length];
    }

    /// <summary>Notes what a running job holds.</summary>
    /// <param name="allocation">What it holds; an accelerator of which it holds a part counts as taken for good.</param>
    /// <param name="isFixed">Whether it stays there.</param>
    public void Hold(Allocation allocation, bool isFixed)
    {
        if (allocation.Device is { } part)
        {
            var isNew = _shared.Add((part.Node, part.Device));
            _held[part.Node] += isNew ? 1 : 0;
            _fixed[part.Node] += isNew ? 1 : 0;
            return;
        }

        foreach (var share in allocation.Shares)
        {
            _held[share.Node] += share.Accelerators;
            _fixed[share.Node] += isFixed ? share.Accelerators : 0;
        }
    }

    /// <summary>Whether the nodes are ready, and what stays on them leaves room.</summary>
    public bool HasRoom(Allocation allocation) => allocation.Shares.All(share => Room(share.Node) >= share.Accelerators);

    /// <summary>Takes what a job keeps or gets.</summary>
    public void Take(Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            _fixed[share.Node] += share.Accelerators;
            _held[share.Node] = Math.Max(_held[share.Node], _fixed[share.Node]);
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Release(Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            _fixed[share.Node] -= share.Accelerators;
            _held[share.Node] -= share.Accelerators;
        }
    }

    /// <summary>Accelerators of a type on nodes that take work that nobody holds who stays.</summary>
    public int RoomOf(int type) => Enumerable.Range(0, _held.Length).Sum(node => _cluster.TypeOf(node) == type ? Room(node) : 0);

    /// <summary>Accelerators of a type that nobody holds.</summary>
    public int FreeOf(int type) => Enumerable.Range(0, _held.Length).Sum(node => _cluster.TypeOf(node) == type ? Free(node) : 0);

    /// <summary>Finds accelerators of a type, without taking them.</summary>
    /// <param name="type">Index of the type.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="mayDisplace">Whether jobs that are not fixed may have to leave.</param>
    /// <param name="isAllowed">Whether a node may be used; null for all.</param>
    /// <returns>None where there are not so many.</returns>
    public Allocation Find(int type, int count, bool mayDisplace = true, Func<int, bool>? isAllowed = null)
    {
        var nodes = Enumerable.Range(0, _fixed.Length)
            .Where(node => _cluster.TypeOf(node) == type && (isAllowed is null || isAllowed(node)))
            .Select(node => (Node: node, Room: mayDisplace ? Room(node) : Free(node), Free: Free(node)))
            .Where(node => node.Room > 0).OrderByDescending(node => node.Room).ThenByDescending(node => node.Free).ToList();
        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        var left = count;
        while (left > 0 && nodes.Count > 0)
        {
            var next = nodes[0];
            if (next.Room >= left)
            {
                next = nodes.Where(node => node.Room >= left).MinBy(node => (Math.Max(0, left - node.Free), node.Room, node.Node));
            }

            nodes.Remove(next);
            var part = Math.Min(left, next.Room);
            shares.Add(new NodeShare(next.Node, part));
            left -= part;
        }

        return left > 0 ? Allocation.None : Allocation.Of(shares.DrainToImmutable());
    }

    private int Room(int node) => _cluster.Nodes[node].TakesWork ? Math.Max(0, _cluster.Nodes[node].Accelerators - _fixed[node]) : 0;

    private int Free(int node) => _cluster.Nodes[node].TakesWork ? Math.Max(0, _cluster.Nodes[node].Accelerators - _held[node]) : 0;
}
