using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Fractions;

/// <summary>
/// The accelerators that are shared by jobs on parts of them, in the course of a round: an accelerator is either shared or whole. Which
/// one a part goes to is proposed by a packing policy; compute, memory, and the host's cores and memory are then checked exactly. Not
/// thread-safe.
/// </summary>
internal sealed class SharedDevices
{
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly string _packing;
    private readonly int[] _fresh;
    private readonly double[] _cores;
    private readonly double[] _bytes;
    private readonly List<SharedDevice>?[] _onNode;
    private readonly DeviceShare?[] _held;

    // What was shared when the round began, and by how many of those that were not released.
    private readonly Dictionary<(int Node, int Device), int> _seen = [];

    // Nodes of groups that want to be apart; what runs counts, whether it stays or not.
    private readonly Dictionary<string, HashSet<int>> _apart = new(StringComparer.Ordinal);
    private PackingMix? _mix;
    private PackingView? _view;

    /// <summary>Nothing is shared yet.</summary>
    /// <param name="cluster">Nodes.</param>
    /// <param name="jobs">All jobs of the round.</param>
    /// <param name="packing">Name of the packing policy.</param>
    public SharedDevices(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, string packing)
    {
        (_cluster, _jobs, _packing) = (cluster, jobs, packing);
        _fresh = new int[cluster.Nodes.Length];
        _cores = new double[_fresh.Length];
        _bytes = new double[_fresh.Length];
        _onNode = new List<SharedDevice>?[_fresh.Length];
        _held = new DeviceShare?[jobs.Count];
        OpenPerType = new int[cluster.Types.Length];
        for (var i = 0; i < _fresh.Length; i++)
        {
            var node = cluster.Nodes[i];
            _fresh[i] = node.TakesWork ? node.Accelerators : 0;
            _cores[i] = node.CpuCores == 0 ? double.PositiveInfinity : node.CpuCores;
            _bytes[i] = node.HostMemoryBytes == 0 ? double.PositiveInfinity : node.HostMemoryBytes;
        }

        // What runs, whether it stays or not, is where no part is put this round: what it leaves is free in the next.
        for (var i = 0; i < jobs.Count; i++)
        {
            Count(i, -1);
            foreach (var share in jobs[i].Allocation.Shares)
            {
                NoteApart(jobs[i], share.Node);
            }
        }
    }

    /// <summary>Shared accelerators of each type.</summary>
    public int[] OpenPerType { get; }

    /// <summary>Shared accelerators, by node.</summary>
    public IEnumerable<SharedDevice> All => _onNode.Where(list => list is not null).SelectMany(list => list!);

    /// <summary>What a job was given.</summary>
    public DeviceShare? Of(int job) => _held[job];

    /// <summary>Accelerators of a node that nobody holds or shares.</summary>
    internal int Fresh(int node) => _fresh[node];

    internal double CoresLeft(int node) => _cores[node];

    internal double BytesLeft(int node) => _bytes[node];

    internal IReadOnlyList<SharedDevice> On(int node) => _onNode[node] ?? (IReadOnlyList<SharedDevice>)[];

    /// <summary>Whether what a job holds is there and has room; says whether its accelerator has to become a shared one first.</summary>
    public bool MayKeep(DeviceShare held, out bool opens)
    {
        var device = Find(held.Node, held.Device);
        opens = device is null;
        return held.Device < _cluster.Nodes[held.Node].Accelerators && _cluster.Nodes[held.Node].IsReady
            && (device is null ? held.MemoryBytes <= MemoryOf(held.Node) : device.Fits(held.ComputeShare, held.MemoryBytes));
    }

    /// <summary>Gives a job its part.</summary>
    public void Put(int job, DeviceShare share)
    {
        var device = Find(share.Node, share.Device);
        if (device is null)
        {
            device = new SharedDevice(share.Node, share.Device, MemoryOf(share.Node));
            (_onNode[share.Node] ??= []).Add(device);
            OpenPerType[_cluster.TypeOf(share.Node)]++;
            _fresh[share.Node] -= _seen.ContainsKey((share.Node, share.Device)) ? 0 : 1;
        }

        device.Put(job, share.ComputeShare, share.MemoryBytes);
        _held[job] = share;
        if (!IsWhereItWas(job, share))
        {
            Move(job, share.Node, -1);
            NoteApart(_jobs[job], share.Node);
        }

        if (_view?.TryPlace(job, share.Node, _onNode[share.Node]!.IndexOf(device)) == false)
        {
            _view = null;
        }
    }

    /// <summary>Where a job that holds nothing would go now.</summary>
    /// <param name="job">Index of a job with a fraction.</param>
    /// <param name="mayShare">Whether it may go to a shared accelerator of a type.</param>
    /// <param name="mayOpen">Whether an accelerator of a type may become a shared one.</param>
    /// <param name="without">An accelerator that is left out; null for none.</param>
    public DeviceShare? Choose(int job, Func<int, bool> mayShare, Func<int, bool> mayOpen, SharedDevice? without = null)
    {
        _view ??= new PackingView(_cluster, this, _mix ??= new PackingMix(_cluster, _jobs), _packing);
        if (without is null && _view.Propose(job) is { } proposed && Check(job, proposed.Node, proposed.Device, mayShare, mayOpen) is { } share)
        {
            return share;
        }

        return Scan(job, mayShare, mayOpen, without);
    }

    /// <summary>Counts what a job holds that was given nothing as free, and says where another goes with it.</summary>
    /// <param name="holder">Index of a job that holds something and was given nothing yet.</param>
    /// <param name="job">Index of a job with a fraction.</param>
    /// <param name="mayShare">Whether it may go to a shared accelerator of a type.</param>
    /// <param name="mayOpen">Whether an accelerator of a type may become a shared one.</param>
    /// <returns>Its place on one of the nodes of the holder; null where it does not fit there yet.</returns>
    public DeviceShare? Release(int holder, int job, Func<int, bool> mayShare, Func<int, bool> mayOpen)
    {
        Count(holder, 1);
        _view = null;
        foreach (var share in _jobs[holder].Allocation.Shares)
        {
            foreach (var device in On(share.Node))
            {
                if (Check(job, share.Node, device.Index, mayShare, mayOpen) is { } shared)
                {
                    return shared;
                }
            }

            if (_fresh[share.Node] > 0 && Check(job, share.Node, -1, mayShare, mayOpen) is { } opened)
            {
                return opened;
            }
        }

        return null;
    }

    /// <summary>Takes a release back.</summary>
    public void Restore(int holder)
    {
        Count(holder, -1);
        _view = null;
    }

    /// <summary>
    /// Empties shared accelerators of a type by moving what is on them to others, those with least on them first.
    /// </summary>
    /// <param name="type">Type.</param>
    /// <param name="count">How many must become free.</param>
    /// <param name="maxMoves">Most jobs that may move.</param>
    /// <param name="mayMove">Whether a job may.</param>
    /// <returns>Jobs that moved, where so many could be emptied; else null, and nothing has changed.</returns>
    public IReadOnlyList<int>? TryEmpty(int type, int count, int maxMoves, Func<int, bool> mayMove)
    {
        var undo = new List<(int Job, DeviceShare From)>();
        var candidates = All.Where(device => _cluster.TypeOf(device.Node) == type && device.Jobs.TrueForAll(job => mayMove(job)))
            .OrderByDescending(device => device.ComputeLeft).ThenBy(device => device.Node).ThenBy(device => device.Index).ToList();
        var receivers = new HashSet<SharedDevice>();
        var closed = new List<SharedDevice>();
        foreach (var device in candidates)
        {
            if (count == 0 || undo.Count + device.Jobs.Count > maxMoves || receivers.Contains(device))
            {
                continue;
            }

            var start = undo.Count;
            var moved = true;
            foreach (var job in device.Jobs.OrderByDescending(job => _held[job]!.Value.ComputeShare).ToList())
            {
                var from = _held[job]!.Value;
                if (Choose(job, other => other == type, _ => false, device) is not { } to)
                {
                    moved = false;
                    break;
                }

                Relocate(job, from, to);
                undo.Add((job, from));
                receivers.Add(Find(to.Node, to.Device)!);
            }

            if (!moved)
            {
                Undo(undo, start);
                continue;
            }

            closed.Add(device);
            _onNode[device.Node]!.Remove(device);
            OpenPerType[type]--;
            count--;
        }

        if (count > 0)
        {
            foreach (var device in closed)
            {
                _onNode[device.Node]!.Add(device);
                OpenPerType[type]++;
            }

            Undo(undo, 0);
            return null;
        }

        return [.. undo.Select(entry => entry.Job)];
    }

    private void Undo(List<(int Job, DeviceShare From)> moves, int start)
    {
        for (var i = moves.Count - 1; i >= start; i--)
        {
            Relocate(moves[i].Job, _held[moves[i].Job]!.Value, moves[i].From);
        }

        moves.RemoveRange(start, moves.Count - start);
    }

    private void Relocate(int job, DeviceShare from, DeviceShare to)
    {
        Find(from.Node, from.Device)!.Remove(job, from.ComputeShare, from.MemoryBytes);
        Move(job, from.Node, 1);
        Find(to.Node, to.Device)!.Put(job, to.ComputeShare, to.MemoryBytes);
        Move(job, to.Node, -1);
        _held[job] = to;
        _view = null;
    }

    // What a job held when the round began becomes free, or is taken again. A shared accelerator is free when its last holder has gone.
    private void Count(int job, int sign)
    {
        var held = _jobs[job].Allocation;
        foreach (var share in held.Shares)
        {
            var freed = share.Accelerators;
            if (held.Device is { } part)
            {
                var key = (part.Node, part.Device);
                var (before, after) = (_seen.GetValueOrDefault(key), _seen.GetValueOrDefault(key) - sign);
                freed = (before == 0) != (after == 0) && Find(part.Node, part.Device) is null ? 1 : 0;
                if (after == 0)
                {
                    _seen.Remove(key);
                }
                else
                {
                    _seen[key] = after;
                }
            }

            _fresh[share.Node] += sign * freed;
            var amount = held.Device?.ComputeShare ?? share.Accelerators;
            _cores[share.Node] += sign * amount * _jobs[job].CpuCoresPerAccelerator;
            _bytes[share.Node] += sign * amount * _jobs[job].HostMemoryBytesPerAccelerator;
        }
    }

    // Cores and host memory.
    private void Move(int job, int node, int sign)
    {
        var part = _jobs[job].Fraction!.Value.ComputeShare;
        _cores[node] += sign * part * _jobs[job].CpuCoresPerAccelerator;
        _bytes[node] += sign * part * _jobs[job].HostMemoryBytesPerAccelerator;
    }

    private bool IsWhereItWas(int job, DeviceShare share) => _jobs[job].Allocation.Device is { } held && held == share;

    private DeviceShare? Scan(int job, Func<int, bool> mayShare, Func<int, bool> mayOpen, SharedDevice? without)
    {
        var (best, left) = ((DeviceShare?)null, double.PositiveInfinity);
        foreach (var device in All)
        {
            if (device != without && device.ComputeLeft < left && Check(job, device.Node, device.Index, mayShare, mayOpen) is { } share)
            {
                (best, left) = (share, device.ComputeLeft);
            }
        }

        for (var node = 0; best is null && node < _fresh.Length; node++)
        {
            if (_fresh[node] > 0)
            {
                best = Check(job, node, -1, mayShare, mayOpen);
            }
        }

        return best;
    }

    private void NoteApart(JobSnapshot job, int node)
    {
        if (job.AffinityGroup.Length > 0)
        {
            if (!_apart.TryGetValue(job.AffinityGroup, out var nodes))
            {
                _apart.Add(job.AffinityGroup, nodes = []);
            }

            nodes.Add(node);
        }
    }

    private bool MustBeApart(JobSnapshot job, int node) => job is { IsAntiAffine: true, AffinityGroup.Length: > 0 }
        && ((_apart.TryGetValue(job.AffinityGroup, out var nodes) && nodes.Contains(node)) || _cluster.Nodes[node].OccupiedGroups.Contains(job.AffinityGroup));

    private DeviceShare? Check(int job, int node, int index, Func<int, bool> mayShare, Func<int, bool> mayOpen)
    {
        var wants = _jobs[job].Fraction!.Value;
        var type = _cluster.TypeOf(node);
        if (!_cluster.Nodes[node].TakesWork || !_jobs[job].Accepts(_cluster.Types[type])
            || _cores[node] + 1e-9 < wants.ComputeShare * _jobs[job].CpuCoresPerAccelerator
            || _bytes[node] < wants.ComputeShare * _jobs[job].HostMemoryBytesPerAccelerator || MustBeApart(_jobs[job], node))
        {
            return null;
        }

        var device = index < 0 ? null : Find(node, index);
        if (device is null)
        {
            index = _fresh[node] > 0 && wants.MemoryBytes <= MemoryOf(node) && mayOpen(type) ? FreeIndex(node) : -1;
            return index < 0 ? null : new DeviceShare(node, index, wants.ComputeShare, wants.MemoryBytes);
        }

        return device.Fits(wants.ComputeShare, wants.MemoryBytes) && mayShare(type)
            ? new DeviceShare(node, index, wants.ComputeShare, wants.MemoryBytes) : null;
    }

    // An index that no part names, those included that may yet be taken away in this round.
    private int FreeIndex(int node)
    {
        for (var index = 0; index < _cluster.Nodes[node].Accelerators; index++)
        {
            if (Find(node, index) is null && !_seen.ContainsKey((node, index)))
            {
                return index;
            }
        }

        return -1;
    }

    private SharedDevice? Find(int node, int index) => _onNode[node]?.Find(device => device.Index == index);

    private long MemoryOf(int node) => _cluster.Nodes[node].AcceleratorMemoryBytes is > 0 and var bytes ? bytes : long.MaxValue;
}
