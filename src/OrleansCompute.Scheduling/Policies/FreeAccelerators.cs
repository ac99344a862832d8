using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// What is free while a round is decided. Nodes are found by how much is free on them, the one with the lowest index first, in time
/// that does not grow with the number of nodes. A job that is named with a request gets only accelerators that have the cores and host
/// memory it needs beside them, near its data and its group where that is possible, away from its group where it asks for that; gangs on
/// several nodes stay in one rack where one has room, else in few. Not thread-safe.
/// </summary>
public sealed class FreeAccelerators
{
    // Jobs with different needs each have an index of their own; beyond so many, those that come last scan the nodes.
    private const int MaxIndices = 64;
    private readonly ClusterSnapshot _cluster;
    private readonly int[] _free;
    private readonly int[] _freePerType;
    private readonly double[]? _cores;
    private readonly double[]? _bytes;
    private readonly NodeIndex _byFree;
    private readonly Dictionary<(double Cores, long Bytes), NodeIndex> _byNeeds = [];
    private readonly Neighbourhood _near;

    /// <summary>All nodes that take work free.</summary>
    public FreeAccelerators(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _near = new Neighbourhood(cluster);
        _free = new int[cluster.Nodes.Length];
        _freePerType = [.. cluster.AcceleratorsPerType];
        _byFree = new NodeIndex(cluster.LargestNodePerType, _free.Length);
        if (cluster.Nodes.Any(node => node.CpuCores > 0 || node.HostMemoryBytes > 0))
        {
            _cores = [.. cluster.Nodes.Select(node => node.CpuCores == 0 ? double.PositiveInfinity : node.CpuCores)];
            _bytes = [.. cluster.Nodes.Select(node => node.HostMemoryBytes == 0 ? double.PositiveInfinity : node.HostMemoryBytes)];
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

    /// <summary>Free accelerators of a node that a job can use with the cores and memory that are free there, if its group lets it.</summary>
    public int Of(int node, JobSnapshot? job) =>
        _near.IsForbidden(job, node) ? 0 : NeedsOf(job) is var needs && needs == default ? _free[node] : Usable(node, needs);

    /// <summary>Free cores of a node; infinite where they limit nothing.</summary>
    internal double CoresOf(int node) => _cores?[node] ?? double.PositiveInfinity;

    /// <summary>Free host memory of a node, bytes; infinite where it limits nothing.</summary>
    internal double BytesOf(int node) => _bytes?[node] ?? double.PositiveInfinity;

    /// <summary>Whether the nodes take work and have so much free.</summary>
    /// <param name="allocation">What.</param>
    /// <param name="job">Whose cores and memory have to be free there as well; null where accelerators are all that counts.</param>
    public bool Has(Allocation allocation, JobSnapshot? job = null)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        var needs = NeedsOf(job);
        foreach (var share in allocation.Shares)
        {
            if ((needs == default ? _free[share.Node] : Usable(share.Node, needs)) < share.Accelerators)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes what <see cref="Has"/> says is there, with what the job needs beside it.</summary>
    public void Take(Allocation allocation, JobSnapshot? job = null)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        foreach (var share in allocation.Shares)
        {
            Add(share, -1, job);
        }

        _near.Note(job, allocation, 1);
    }

    /// <summary>Gives back what was taken.</summary>
    public void Release(Allocation allocation, JobSnapshot? job = null)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        foreach (var share in allocation.Shares)
        {
            Add(share, 1, job);
        }

        _near.Note(job, allocation, -1);
    }

    /// <summary>Takes accelerators of a type from the nodes that have most free.</summary>
    /// <returns>None where the type has not so many free that the job can use.</returns>
    public Allocation TakeFromFreest(int type, int accelerators, JobSnapshot? job = null) =>
        Collect(type, accelerators, job, (index, _, isLeftOut) => Freest(index, type, isLeftOut));

    /// <summary>
    /// Takes accelerators of a type so that few nodes are touched and little is left over: whole nodes, freest first, while more is
    /// needed than the freest has; the rest from the node on which it leaves least.
    /// </summary>
    /// <returns>None where the type has not so many free that the job can use.</returns>
    public Allocation TakeConsolidated(int type, int accelerators, JobSnapshot? job = null) =>
        Collect(type, accelerators, job, (index, left, isLeftOut) =>
            Tightest(index, type, left, isLeftOut) is var node and >= 0 ? node : Freest(index, type, isLeftOut));

    /// <summary>
    /// Takes accelerators of a type from so many nodes, about as many from each; as <see cref="TakeConsolidated"/> where there are not so
    /// many nodes with enough free, or where no more are needed.
    /// </summary>
    /// <returns>None where the type has not so many free that the job can use.</returns>
    public Allocation TakeSpread(int type, int accelerators, int nodes, JobSnapshot? job = null)
    {
        var perNode = _cluster.LargestNodePerType[type];
        if (accelerators < 1 || accelerators > _freePerType[type] || (nodes - 1) * perNode < accelerators)
        {
            return TakeConsolidated(type, accelerators, job);
        }

        var index = IndexFor(job);
        var shares = ImmutableArray.CreateBuilder<NodeShare>(nodes);
        for (var left = accelerators; left > 0 && shares.Count < nodes;)
        {
            // From the tightest that has an even part, so that whole nodes stay whole where they can.
            var part = (left + nodes - shares.Count - 1) / (nodes - shares.Count);
            var node = index?.Tightest(type, part, Taken) ?? Scan(type, job, count => count >= part, least: true, Taken);
            if (node < 0)
            {
                Undo(shares, job);
                return TakeConsolidated(type, accelerators, job);
            }

            shares.Add(new NodeShare(node, part));
            left -= part;
            Add(shares[^1], -1, job);
        }

        return Finish(shares, job);

        bool Taken(int node) => shares.Any(share => share.Node == node) || _near.IsForbidden(job, node);
    }

    /// <summary>Why a gang got no place though enough accelerators of its type are free.</summary>
    internal static string WhyNotPlaced(ClusterSnapshot cluster, JobSnapshot job, int type)
    {
        string[] beside =
        [
            .. job.CpuCoresPerAccelerator > 0 ? (string[])[Invariant($"{job.CpuCoresPerAccelerator:0.##} core{(job.CpuCoresPerAccelerator == 1 ? "" : "s")}")] : [],
            .. job.HostMemoryBytesPerAccelerator > 0 ? (string[])[Invariant($"{job.HostMemoryBytesPerAccelerator / 1e9:0.###} GB of host memory")] : [],
        ];
        return Invariant($"needs {job.RequestedAccelerators} × {cluster.Types[type]}, which are free, but not {(beside.Length == 0 ? "" : $"with {string.Join(" and ", beside)} beside each")}")
            + (job is { IsAntiAffine: true, AffinityGroup.Length: > 0 } ? $"{(beside.Length == 0 ? "" : ", ")}on nodes without another job of group '{job.AffinityGroup}'" : beside.Length == 0 ? "where it could use them" : "");

        static string Invariant(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private delegate int NextNode(NodeIndex? index, int left, Func<int, bool>? isLeftOut);

    private Allocation Collect(int type, int accelerators, JobSnapshot? job, NextNode next)
    {
        if (accelerators < 1 || accelerators > _freePerType[type])
        {
            return Allocation.None;
        }

        if (TryNear(type, accelerators, job) is { IsEmpty: false } near)
        {
            return near;
        }

        var index = IndexFor(job);
        Func<int, bool>? isLeftOut = job is { IsAntiAffine: true, AffinityGroup.Length: > 0 } ? node => _near.IsForbidden(job, node) : null;
        if (_near.Racks > 1 && (index?.Freest(type) is not { } freest || freest < 0 || index.Of(freest) < accelerators)
            && TryRack(type, accelerators, job) is { IsEmpty: false } racked)
        {
            return racked;
        }

        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        for (var left = accelerators; left > 0;)
        {
            var node = index is not null ? next(index, left, isLeftOut)
                : Scan(type, job, count => count >= left, least: true, null) is var tight and >= 0 ? tight
                : Scan(type, job, count => count > 0, least: false, null);
            if (node < 0)
            {
                Undo(shares, job);
                return Allocation.None;
            }

            var count = Math.Min(left, index?.Of(node) ?? Of(node, job));
            shares.Add(new NodeShare(node, count));
            left -= count;
            Add(shares[^1], -1, job);
        }

        return Finish(shares, job);
    }

    // On the nodes that are near, or else on one of their racks, or else on one that holds its data, where all of it fits one node.
    private Allocation TryNear(int type, int accelerators, JobSnapshot? job)
    {
        if (job is null || (job.PreferredNodes.IsDefaultOrEmpty && job.NodesWithData.IsDefaultOrEmpty && (job.AffinityGroup.Length == 0 || job.IsAntiAffine)))
        {
            return Allocation.None;
        }

        var near = _near.NodesNear(job).ToList();
        var best = Best(near);
        if (best < 0)
        {
            best = Best(near.Select(_near.RackOf).Where(rack => rack >= 0).Distinct().SelectMany(rack => _near.NodesOf(type, rack)));
        }

        if (best < 0)
        {
            best = Best(_near.NodesWithData(job));
        }

        if (best < 0)
        {
            return Allocation.None;
        }

        var allocation = Allocation.Of([new NodeShare(best, accelerators)]);
        Take(allocation, job);
        return allocation;

        int Best(IEnumerable<int> nodes) => nodes.Where(node => _cluster.TypeOf(node) == type && Of(node, job) >= accelerators)
            .OrderBy(node => _free[node]).Select(node => node).FirstOrDefault(-1);
    }

    // In the rack with room for all of it that has least to spare, one that is near before others; else from few racks, freest first.
    private Allocation TryRack(int type, int accelerators, JobSnapshot? job)
    {
        var near = job is null ? [] : _near.NodesNear(job).Select(_near.RackOf).ToHashSet();
        var room = new int[_near.Racks];
        for (var rack = 0; rack < room.Length; rack++)
        {
            foreach (var node in _near.NodesOf(type, rack))
            {
                room[rack] += Of(node, job);
            }
        }

        var fitting = Enumerable.Range(0, room.Length).Where(rack => room[rack] >= accelerators)
            .OrderByDescending(near.Contains).ThenBy(rack => room[rack]).FirstOrDefault(-1);
        var racks = fitting >= 0 ? [fitting]
            : Enumerable.Range(0, room.Length).Where(rack => room[rack] > 0).OrderByDescending(near.Contains).ThenByDescending(rack => room[rack]).ToArray();
        var shares = ImmutableArray.CreateBuilder<NodeShare>();
        var left = accelerators;
        foreach (var rack in racks)
        {
            var nodes = _near.NodesOf(type, rack).Select(node => (Node: node, Count: Of(node, job))).Where(entry => entry.Count > 0)
                .OrderByDescending(entry => entry.Count).ToList();
            while (left > 0 && nodes.Count > 0)
            {
                // The last node is the one that the rest leaves least on.
                var last = nodes.FindLastIndex(entry => entry.Count >= left);
                var (node, count) = nodes[Math.Max(0, last)];
                nodes.RemoveAt(Math.Max(0, last));
                shares.Add(new NodeShare(node, Math.Min(left, count)));
                left -= shares[^1].Accelerators;
            }
        }

        if (left > 0)
        {
            return Allocation.None;
        }

        var allocation = Allocation.Of(shares.DrainToImmutable());
        Take(allocation, job);
        return allocation;
    }

    private Allocation Finish(ImmutableArray<NodeShare>.Builder shares, JobSnapshot? job)
    {
        var allocation = Allocation.Of(shares.DrainToImmutable());
        _near.Note(job, allocation, 1);
        return allocation;
    }

    private void Undo(ImmutableArray<NodeShare>.Builder shares, JobSnapshot? job)
    {
        foreach (var share in shares)
        {
            Add(share, 1, job);
        }
    }

    private static int Freest(NodeIndex? index, int type, Func<int, bool>? isLeftOut)
    {
        if (isLeftOut is null)
        {
            return index!.Freest(type);
        }

        for (var count = index!.Freest(type) is var freest and >= 0 ? index.Of(freest) : 0; count > 0; count--)
        {
            if (index.Tightest(type, count, isLeftOut) is var node and >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    private static int Tightest(NodeIndex? index, int type, int count, Func<int, bool>? isLeftOut) =>
        isLeftOut is null ? index!.Tightest(type, count) : index!.Tightest(type, count, isLeftOut);

    private int Scan(int type, JobSnapshot? job, Func<int, bool> isEnough, bool least, Func<int, bool>? isLeftOut)
    {
        var (best, bestCount) = (-1, 0);
        for (var node = 0; node < _free.Length; node++)
        {
            if (_free[node] > 0 && _cluster.TypeOf(node) == type && Of(node, job) is var count && isEnough(count) && isLeftOut?.Invoke(node) != true
                && (best < 0 || (least ? count < bestCount : count > bestCount)))
            {
                (best, bestCount) = (node, count);
            }
        }

        return best;
    }

    private (double Cores, long Bytes) NeedsOf(JobSnapshot? job) =>
        _cores is null || job is null ? default : (job.CpuCoresPerAccelerator, job.HostMemoryBytesPerAccelerator);

    // Null where there are too many kinds of jobs to keep an index for each.
    private NodeIndex? IndexFor(JobSnapshot? job)
    {
        var needs = NeedsOf(job);
        if (needs == default)
        {
            return _byFree;
        }

        if (!_byNeeds.TryGetValue(needs, out var index) && _byNeeds.Count < MaxIndices)
        {
            _byNeeds.Add(needs, index = new NodeIndex(_cluster.LargestNodePerType, _free.Length));
            for (var node = 0; node < _free.Length; node++)
            {
                if (_cluster.Nodes[node].TakesWork)
                {
                    index.Set(node, _cluster.TypeOf(node), Usable(node, needs));
                }
            }
        }

        return index;
    }

    private int Usable(int node, (double Cores, long Bytes) needs)
    {
        const double Tolerance = 1e-9;
        var byCores = needs.Cores > 0 ? (_cores![node] + Tolerance) / needs.Cores : double.PositiveInfinity;
        var byBytes = needs.Bytes > 0 ? _bytes![node] / needs.Bytes : double.PositiveInfinity;
        return (int)Math.Max(0, Math.Min(_free[node], Math.Floor(Math.Min(byCores, byBytes))));
    }

    private void Add(NodeShare share, int sign, JobSnapshot? job)
    {
        _freePerType[_cluster.TypeOf(share.Node)] += sign * share.Accelerators;
        if (_cores is not null && job is not null)
        {
            _cores[share.Node] += sign * share.Accelerators * job.CpuCoresPerAccelerator;
            _bytes![share.Node] += sign * share.Accelerators * job.HostMemoryBytesPerAccelerator;
        }

        Set(share.Node, _free[share.Node] + (sign * share.Accelerators));
    }

    private void Set(int node, int free)
    {
        _free[node] = free;
        _byFree.Set(node, _cluster.TypeOf(node), free);
        foreach (var (needs, index) in _byNeeds)
        {
            index.Set(node, _cluster.TypeOf(node), Usable(node, needs));
        }
    }
}
