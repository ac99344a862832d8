using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// Finds nodes for a gang that goes first: few of them, and on them as few accelerators as can be that others must leave. Cores and
/// memory of hosts, and groups that want to be apart, are kept. Not thread-safe.
/// </summary>
internal sealed class GangPlacer
{
    private const double Tolerance = 1e-9;
    private readonly ClusterSnapshot _cluster;
    private readonly Usage[] _fixed;
    private readonly Usage[] _held;
    private readonly HashSet<(int Node, int Device)> _shared = [];
    private readonly HashSet<(int Node, int Device)> _fixedShared = [];
    private readonly bool _displacesParts;
    private readonly Dictionary<(string Group, int Node), int> _apart = [];

    /// <summary>Everything free.</summary>
    /// <param name="cluster">Nodes.</param>
    /// <param name="displacesParts">Whether a gang may have an accelerator of which others hold parts, where none of these stays.</param>
    public GangPlacer(ClusterSnapshot cluster, bool displacesParts = false)
    {
        _cluster = cluster;
        _displacesParts = displacesParts;
        _fixed = new Usage[cluster.Nodes.Length];
        _held = new Usage[cluster.Nodes.Length];
    }

    /// <summary>Notes what a running job holds.</summary>
    /// <param name="job">The job.</param>
    /// <param name="allocation">What it holds; unless parts may be displaced, an accelerator of which it holds one counts as taken for good.</param>
    /// <param name="isFixed">Whether it stays there.</param>
    public void Hold(JobSnapshot job, Allocation allocation, bool isFixed)
    {
        Add(_held, job, allocation, 1, Opened(_shared, allocation));
        if (isFixed || (allocation.Device is not null && !_displacesParts))
        {
            Add(_fixed, job, allocation, 1, Opened(_fixedShared, allocation));
        }

        Mark(job, allocation, 1);
    }

    /// <summary>Whether the nodes take work, and what stays on them leaves room.</summary>
    public bool HasRoom(JobSnapshot job, Allocation allocation) => allocation.Shares.All(share => Room(job, share.Node, _fixed) >= share.Accelerators);

    /// <summary>Whether a node takes work and has an accelerator of which nobody holds a part; cores and memory of its host are not asked for.</summary>
    /// <param name="node">Index of the node.</param>
    /// <param name="mayDisplace">Whether jobs that are not fixed may have to leave.</param>
    public bool HasWhole(int node, bool mayDisplace) => Room(null, node, mayDisplace ? _fixed : _held) > 0;

    /// <summary>Whether an accelerator of which others hold parts is not needed as a whole by who goes first.</summary>
    /// <param name="node">Index of the node.</param>
    /// <param name="device">Number on it.</param>
    public bool MayShare(int node, int device) => _fixedShared.Contains((node, device)) || Room(null, node, _fixed) > 0;

    /// <summary>Whether the host of a node has cores and memory for a part of an accelerator.</summary>
    public bool HasHostRoom(JobSnapshot job, int node, double computeShare, bool mayDisplace)
    {
        var (about, used) = (_cluster.Nodes[node], (mayDisplace ? _fixed : _held)[node]);
        return (about.CpuCores == 0 || used.Cores + (computeShare * job.CpuCoresPerAccelerator) <= about.CpuCores + Tolerance)
            && (about.HostMemoryBytes == 0 || used.Bytes + (computeShare * job.HostMemoryBytesPerAccelerator) <= about.HostMemoryBytes + Tolerance);
    }

    /// <summary>Whether a job that wants to be apart from others of its group finds none of them on a node.</summary>
    public bool MayHost(JobSnapshot job, int node) =>
        !WantsApart(job) || (_apart.GetValueOrDefault((job.AffinityGroup, node)) == 0 && !_cluster.Nodes[node].OccupiedGroups.Contains(job.AffinityGroup));

    /// <summary>Takes what a job keeps or gets, for good.</summary>
    public void Take(JobSnapshot job, Allocation allocation)
    {
        Opened(_shared, allocation);
        Add(_fixed, job, allocation, 1, Opened(_fixedShared, allocation));
        Mark(job, allocation, 1);
        foreach (var share in allocation.Shares)
        {
            _held[share.Node] = Usage.Max(_held[share.Node], _fixed[share.Node]);
        }
    }

    /// <summary>Gives back what was held for good.</summary>
    public void Release(JobSnapshot job, Allocation allocation)
    {
        Add(_fixed, job, allocation, -1, null);
        Add(_held, job, allocation, -1, null);
        Mark(job, allocation, -1);
    }

    /// <summary>Accelerators of a type on nodes that take work that nobody holds who stays.</summary>
    public int RoomOf(int type) => Enumerable.Range(0, _fixed.Length).Sum(node => _cluster.TypeOf(node) == type ? Room(null, node, _fixed) : 0);

    /// <summary>Accelerators of a type that nobody holds.</summary>
    public int FreeOf(int type) => Enumerable.Range(0, _held.Length).Sum(node => _cluster.TypeOf(node) == type ? Room(null, node, _held) : 0);

    /// <summary>Accelerators of a node that nobody holds and that the job could use.</summary>
    public int FreeOn(JobSnapshot job, int node) => Room(job, node, _held);

    /// <summary>Finds accelerators of a type, without taking them.</summary>
    /// <param name="job">Whom for.</param>
    /// <param name="type">Index of the type.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="mayDisplace">Whether jobs that are not fixed may have to leave.</param>
    /// <param name="isAllowed">Whether a node may be used; null for all.</param>
    /// <returns>None where there are not so many.</returns>
    public Allocation Find(JobSnapshot job, int type, int count, bool mayDisplace = true, Func<int, bool>? isAllowed = null)
    {
        var nodes = Enumerable.Range(0, _fixed.Length)
            .Where(node => _cluster.TypeOf(node) == type && (isAllowed is null || isAllowed(node)))
            .Select(node => (Node: node, Room: Room(job, node, mayDisplace ? _fixed : _held), Free: Room(job, node, _held)))
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

    /// <summary>Whether a place is on more nodes than another, or on more racks: nodes whose rack is not known are one each.</summary>
    public bool IsWider(Allocation place, Allocation than) => place.Nodes > than.Nodes || Racks(place) > Racks(than);

    private int Racks(Allocation place) => place.Shares.Select(share => _cluster.Nodes[share.Node] is { Rack: { Length: > 0 } rack } ? rack : $"/{share.Node}").Distinct(StringComparer.Ordinal).Count();

    private int Room(JobSnapshot? job, int node, Usage[] used)
    {
        var about = _cluster.Nodes[node];
        if (!about.TakesWork)
        {
            return 0;
        }

        var room = (double)Math.Max(0, about.Accelerators - used[node].Accelerators);
        if (job is not null)
        {
            room = job.CpuCoresPerAccelerator > 0 && about.CpuCores > 0
                ? Math.Min(room, Math.Floor(((about.CpuCores - used[node].Cores) / job.CpuCoresPerAccelerator) + Tolerance)) : room;
            room = job.HostMemoryBytesPerAccelerator > 0 && about.HostMemoryBytes > 0
                ? Math.Min(room, Math.Floor(((about.HostMemoryBytes - used[node].Bytes) / job.HostMemoryBytesPerAccelerator) + Tolerance)) : room;
            room = MayHost(job, node) ? room : 0;
        }

        return (int)Math.Max(0, room);
    }

    // Parts of one accelerator take it once.
    private static int? Opened(HashSet<(int Node, int Device)> shared, Allocation allocation) =>
        allocation.Device is not { } part ? null : shared.Add((part.Node, part.Device)) ? 1 : 0;

    private static void Add(Usage[] used, JobSnapshot job, Allocation allocation, int sign, int? accelerators)
    {
        foreach (var share in allocation.Shares)
        {
            var amount = allocation.Device?.ComputeShare ?? share.Accelerators;
            var before = used[share.Node];
            used[share.Node] = new Usage(
                before.Accelerators + (sign * (accelerators ?? share.Accelerators)), before.Cores + (sign * amount * job.CpuCoresPerAccelerator),
                before.Bytes + (sign * amount * job.HostMemoryBytesPerAccelerator));
        }
    }

    private void Mark(JobSnapshot job, Allocation allocation, int sign)
    {
        foreach (var share in WantsApart(job) ? allocation.Shares : [])
        {
            _apart[(job.AffinityGroup, share.Node)] = _apart.GetValueOrDefault((job.AffinityGroup, share.Node)) + sign;
        }
    }

    private static bool WantsApart(JobSnapshot job) => job is { IsAntiAffine: true, AffinityGroup.Length: > 0 };

    private readonly record struct Usage(int Accelerators, double Cores, double Bytes)
    {
        public static Usage Max(Usage a, Usage b) =>
            new(Math.Max(a.Accelerators, b.Accelerators), Math.Max(a.Cores, b.Cores), Math.Max(a.Bytes, b.Bytes));
    }
}
