using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>
/// What a round's decisions leave over, and the mixed gangs that can be made of it within the limits of tenants: one made without them is
/// cut below its least number afterwards, and waits for ever beside another that it could be. Not thread-safe.
/// </summary>
internal sealed class SpareAccelerators
{
    private readonly ClusterSnapshot _cluster;
    private readonly GangPlacer _placer;
    private readonly IReadOnlyList<JobSnapshot> _jobs;

    // What was given; counted by tenant when that is asked first, as most rounds leave nothing over.
    private readonly List<(JobSnapshot Job, Allocation Allocation, int Sign)> _given = [];
    private GangRoom? _room;

    public SpareAccelerators(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        (_cluster, _jobs) = (cluster, jobs);
        _placer = new GangPlacer(cluster);
        for (var job = 0; job < decisions.Count; job++)
        {
            _placer.Hold(jobs[job], decisions[job].Allocation, isFixed: true);
            Note(jobs[job], decisions[job].Allocation, 1);
        }
    }

    public bool Has(JobSnapshot job, Allocation allocation) => _placer.HasRoom(job, allocation);

    public void Take(JobSnapshot job, Allocation allocation)
    {
        _placer.Take(job, allocation);
        Note(job, allocation, 1);
    }

    public void Release(JobSnapshot job, Allocation allocation)
    {
        _placer.Release(job, allocation);
        Note(job, allocation, -1);
    }

    /// <summary>
    /// Gangs that hold what a job has and more: the fastest types first, with one type more each time, and with the least and the most
    /// accelerators that are wanted.
    /// </summary>
    public IEnumerable<Allocation> Gangs(JobSnapshot job, Allocation has, int least, int most, MixedGangOptions options)
    {
        if (most < least)
        {
            yield break;
        }

        var current = _cluster.TypeOf(has);
        var types = Enumerable.Range(0, _cluster.Types.Length)
            .Select(type => (Type: type, Speed: JobSpeed.OfMember(_cluster, job, type, Math.Max(2, least)), Free: FreeOf(job, type)))
            .Where(type => type.Speed > 0 && (type.Type == current || (job.Accepts(_cluster.Types[type.Type]) && type.Free > 0)))
            .OrderByDescending(type => type.Type == current).ThenByDescending(type => type.Speed).ToList();
        if (types.Count == 0)
        {
            yield break;
        }

        if (Room() is { } room)
        {
            types = [.. types.Select(type => type with { Free = room.Most(job, type.Type, type.Free) }).Where(type => type.Type == current || type.Free > 0)];
            if (types.Count == 0)
            {
                yield break;
            }
        }

        var fastest = types.Max(type => type.Speed);
        types = [.. types.Where(type => type.Speed >= options.LeastRelativeSpeed * fastest).Take(options.MaxTypes)];
        for (var count = 1; count <= types.Count; count++)
        {
            var some = types.Take(count).ToList();
            if (Build(job, has, some.Select(type => type.Type), least) is { IsEmpty: false } small)
            {
                yield return small;
                if (Build(job, has, some.Select(type => type.Type), Math.Min(most, has.Accelerators + some.Sum(type => type.Free))) is { IsEmpty: false } large)
                {
                    yield return large;
                }
            }
        }
    }

    private void Note(JobSnapshot job, Allocation allocation, int sign)
    {
        if (_room is { } room)
        {
            room.Charge(job, allocation, sign);
        }
        else if (!_cluster.Tenants.IsFlat && !allocation.IsEmpty)
        {
            _given.Add((job, allocation, sign));
        }
    }

    // Null where tenants have no limits.
    private GangRoom? Room()
    {
        if (_room is null && !_cluster.Tenants.IsFlat)
        {
            _room = new GangRoom(_cluster, _jobs);
            foreach (var (job, allocation, sign) in _given)
            {
                _room.Charge(job, allocation, sign);
            }

            _given.Clear();
        }

        return _room;
    }

    private int FreeOf(JobSnapshot job, int type) =>
        Enumerable.Range(0, _cluster.Nodes.Length).Sum(node => _cluster.TypeOf(node) == type ? _placer.FreeOn(job, node) : 0);

    // The rack with room for all of it that has least to spare; null where none has. Its nodes come first within each type: speed goes
    // before nearness.
    private string? FittingRack(JobSnapshot job, List<int> types, int count)
    {
        var room = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var node = 0; node < _cluster.Nodes.Length; node++)
        {
            if (_cluster.Nodes[node].Rack is { Length: > 0 } rack && types.Contains(_cluster.TypeOf(node)))
            {
                room[rack] = room.GetValueOrDefault(rack) + _placer.FreeOn(job, node);
            }
        }

        return room.Where(rack => rack.Value >= count).OrderBy(rack => rack.Value).ThenBy(rack => rack.Key, StringComparer.Ordinal).Select(rack => rack.Key).FirstOrDefault();
    }

    private Allocation Build(JobSnapshot job, Allocation has, IEnumerable<int> types, int count)
    {
        var shares = has.Shares.ToDictionary(share => share.Node, share => share.Accelerators);
        var left = count - has.Accelerators;
        var order = types.ToList();
        var racks = has.Shares.Select(share => _cluster.Nodes[share.Node].Rack).Where(rack => rack.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (has.IsEmpty && FittingRack(job, order, count) is { } fitting)
        {
            racks.Add(fitting);
        }

        var charged = new List<NodeShare>();
        foreach (var type in order)
        {
            // Limits of several types together, such as what may be borrowed, count what was taken of those before.
            var allowed = Room() is { } room ? room.Most(job, type, left) : left;

            // Where it is already, then near that, then where most is free: few nodes.
            foreach (var (node, free) in Enumerable.Range(0, _cluster.Nodes.Length).Where(node => left > 0 && allowed > 0 && _cluster.TypeOf(node) == type)
                .Select(node => (Node: node, Free: _placer.FreeOn(job, node))).Where(node => node.Free > 0)
                .OrderByDescending(node => shares.ContainsKey(node.Node)).ThenByDescending(node => racks.Contains(_cluster.Nodes[node.Node].Rack))
                .ThenByDescending(node => node.Free))
            {
                var taken = Math.Min(Math.Min(left, allowed), free);
                if (taken > 0)
                {
                    shares[node] = shares.GetValueOrDefault(node) + taken;
                    left -= taken;
                    allowed -= taken;
                    charged.Add(new NodeShare(node, taken));
                    _room?.Charge(job, charged[^1], 1);
                }
            }
        }

        charged.ForEach(share => _room?.Charge(job, share, -1));

        return left > 0 ? Allocation.None : Allocation.Of([.. shares.OrderBy(share => share.Key).Select(share => new NodeShare(share.Key, share.Value))]);
    }
}
