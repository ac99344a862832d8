using System.Globalization;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Fractions;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// What jobs are granted in the course of a round: accelerators of a type by number, parts by place; within the quotas, lending limits and
/// what is left. Not thread-safe; used once.
/// </summary>
/// <param name="cluster">Nodes, and the quotas.</param>
/// <param name="jobs">All jobs.</param>
/// <param name="ledger">What is given already is charged there.</param>
/// <param name="devices">Shared accelerators.</param>
/// <param name="left">Whole accelerators of each type that nobody was given; counted down.</param>
/// <param name="isElastic">Whether jobs run with fewer than they request.</param>
internal sealed class JobGrants(
    ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, TenantLedger ledger, SharedDevices devices, int[] left, bool isElastic)
{
    private readonly double[] _scores = TenantLedger.Scores(cluster);
    private readonly int[] _count = new int[jobs.Count];
    private readonly int[] _type = [.. Enumerable.Repeat(-1, jobs.Count)];
    private readonly string?[] _reasons = new string?[jobs.Count];
    private readonly bool[] _drains = new bool[cluster.Types.Length];

    // Of parts that found no room, and of those that nobody made room for.
    private readonly FailedParts _noRoom = new();
    private readonly FailedParts _noneGives = new();
    private readonly HashSet<int> _gone = [];

    /// <summary>A gang that waits for whole accelerators of a type that are shared, and how many are missing; job -1 for none.</summary>
    public (int Job, int Type, int Missing) Starved { get; private set; } = (-1, -1, 0);

    /// <summary>Accelerators granted; 1 for a part.</summary>
    public int CountOf(int job) => _count[job];

    /// <summary>Their type; -1 for none, or for several.</summary>
    public int TypeOf(int job) => _type[job];

    /// <summary>The limit of a tenant that kept it from being granted anything; null where nothing but room was missing.</summary>
    public string? ReasonOf(int job) => _reasons[job];

    /// <summary>The least that a job runs with.</summary>
    public int Need(int job) => jobs[job].Fraction is not null ? 1 : isElastic ? jobs[job].MinAccelerators : jobs[job].RequestedAccelerators;

    /// <summary>The same, a part counting as its share.</summary>
    public double Amount(int job) => jobs[job].Fraction?.ComputeShare ?? Need(job);

    /// <summary>Whether a job was granted something, or went for one that was.</summary>
    public bool IsOut(int job) => _count[job] > 0 || _gone.Contains(job);

    /// <summary>Whether a job holds something, all of it on nodes that take work.</summary>
    public bool IsInPlace(int job) =>
        !jobs[job].Allocation.IsEmpty && jobs[job].Allocation.Shares.All(share => cluster.Nodes[share.Node].TakesWork);

    /// <summary>Notes of each type that a job accepts what it needs, where that is less than what was noted.</summary>
    public void NoteLeast(int job, double[] least)
    {
        for (var type = 0; type < least.Length; type++)
        {
            least[type] = jobs[job].Accepts(cluster.Types[type]) ? Math.Min(least[type], Amount(job)) : least[type];
        }
    }

    /// <summary>
    /// Whether any of those noted, of the tenant of a job that holds something, could use what that holds, as far as types and limits go: where the
    /// one that needs least could not, none could.
    /// </summary>
    public bool CouldReplace(double[] least, int holder)
    {
        foreach (var share in jobs[holder].Allocation.Shares)
        {
            var type = cluster.TypeOf(share.Node);
            if (double.IsFinite(least[type]) && ledger.Blocked(Leaf(holder), type, least[type]) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Grants what the job needs of the type it has, if it has any.</summary>
    public bool TryKeep(int job)
    {
        var held = jobs[job].Allocation;
        return cluster.IsMixed(held) ? TryMixed(job) : cluster.TypeOf(held) is >= 0 and var type && TryType(job, type);
    }

    /// <summary>Grants what the job needs: where it is, or where it is fastest.</summary>
    public bool TryAny(int job)
    {
        if (TryKeep(job))
        {
            return true;
        }

        if (cluster.IsMixed(jobs[job].Allocation))
        {
            return false;
        }

        if (jobs[job].Fraction is not null)
        {
            if (_noRoom.Covers(jobs[job], 0, out var isSame, out var reason))
            {
                _reasons[job] = isSame ? reason : null;
                _ = isSame || Enumerable.Range(0, left.Length).All(type => IsAllowed(job, type) || _reasons[job] is null);
                return false;
            }

            if (TryPart(job, -1))
            {
                return true;
            }

            _noRoom.Add(jobs[job], 0, _reasons[job]);
            return false;
        }

        foreach (var type in Enumerable.Range(0, left.Length).Where(type => jobs[job].Accepts(cluster.Types[type]))
            .OrderByDescending(type => SpeedOf(job, type)))
        {
            if (TryType(job, type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Grants a job with a fraction its part where others have to go for it.</summary>
    /// <param name="job">It waits, and found no room.</param>
    /// <param name="others">Who may have to go, first those who go first; who was granted something stays.</param>
    public bool TryPartOfOthers(int job, IEnumerable<int> others)
    {
        if (_noneGives.Covers(jobs[job], jobs[job].Priority, out _, out _))
        {
            return false;
        }

        var gone = new List<int>();
        foreach (var victim in others.Where(victim => _count[victim] == 0 && !jobs[victim].Allocation.IsEmpty && _gone.Add(victim)))
        {
            gone.Add(victim);
            if (devices.Release(victim, job, at => IsAllowed(job, at), at => IsAllowed(job, at) && HasRoom(Leaf(job), at, 1)) is { } place)
            {
                foreach (var other in gone.Where(other => !jobs[other].Allocation.Shares.Any(share => share.Node == place.Node)))
                {
                    devices.Restore(other);
                    _gone.Remove(other);
                }

                // What was opened has room for others like it.
                _noRoom.Clear();
                Put(job, place);
                return true;
            }
        }

        gone.ForEach(devices.Restore);
        _gone.ExceptWith(gone);
        _noneGives.Add(jobs[job], jobs[job].Priority, null);
        return false;
    }

    /// <summary>Grants what the job needs of one type.</summary>
    public bool TryType(int job, int type)
    {
        if (!jobs[job].Accepts(cluster.Types[type]) || cluster.IsMixed(jobs[job].Allocation)
            || (jobs[job].Allocation.IsEmpty && !JobSpeed.CanUse(cluster, jobs[job], type, Need(job))))
        {
            return false;
        }

        if (jobs[job].Fraction is not null)
        {
            return TryPart(job, type);
        }

        var leaf = Leaf(job);
        if (ledger.Blocked(leaf, type, Need(job)) is { } reason)
        {
            _reasons[job] ??= $"needs {Need(job)}; {reason}";
            return false;
        }

        if (!HasRoom(leaf, type, Need(job)))
        {
            return false;
        }

        Grant(job, type, Need(job));
        return true;
    }

    /// <summary>Grants more to a job that was granted something, up to a limit.</summary>
    public bool TryGrow(int job, int limit)
    {
        var type = _type[job];
        if (jobs[job].Fraction is not null || type < 0)
        {
            return false;
        }

        var trusted = jobs[job].Goodput?.MaxTrustedAccelerators(cluster.Types[type]) ?? jobs[job].MaxAccelerators;
        var room = Math.Min(Math.Min(jobs[job].MaxAccelerators, Math.Max(trusted, jobs[job].MinAccelerators)) - _count[job], limit);

        // By halves, so that a job of ten thousand takes twenty steps; one by one where a half is too much.
        for (var more = Math.Min(room, Math.Max(1, _count[job] / 2)); more > 0; more = more > 1 ? 1 : 0)
        {
            if (HasRoom(Leaf(job), type, more) && ledger.Blocked(Leaf(job), type, more) is null)
            {
                Grant(job, type, more);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a job may have what it needs once so many more are free: others of its tenant may have been granted something since it was found to lack them.</summary>
    public bool MayHave(int job, int type, int freed) =>
        ledger.Blocked(Leaf(job), type, Need(job)) is null
        && (ledger.IsGuaranteed(Leaf(job), type, Need(job)) || left[type] + freed - ledger.Withheld(Leaf(job), type) >= Need(job));

    /// <summary>Grants what accelerators became free for.</summary>
    public void GrantFreed(int job, int type, int freed)
    {
        left[type] += freed;
        Grant(job, type, Need(job));
    }

    /// <summary>Notes a gang that parts of accelerators keep from running; nothing more goes onto them once it has waited for long.</summary>
    public void NoteStarved(int job, bool hasWaitedLong)
    {
        for (var type = 0; type < left.Length && _reasons[job] is null && jobs[job].Fraction is null; type++)
        {
            var missing = Need(job) - left[type];
            if (missing > 0 && missing <= devices.OpenPerType[type] && JobSpeed.CanUse(cluster, jobs[job], type, Need(job)) && jobs[job].Allocation.IsEmpty)
            {
                _drains[type] |= hasWaitedLong;
                Starved = Starved.Job < 0 ? (job, type, missing) : Starved;
            }
        }
    }

    private int Leaf(int job) => ledger.LeafOf(jobs[job].Tenant);

    private bool HasRoom(int leaf, int type, int count) =>
        left[type] >= count && (ledger.IsGuaranteed(leaf, type, count) || left[type] - ledger.Withheld(leaf, type) >= count);

    private double SpeedOf(int job, int type)
    {
        var perNode = Math.Max(1, cluster.LargestNodePerType[type]);
        return jobs[job].Goodput?.Goodput(cluster.Types[type], (Need(job) + perNode - 1) / perNode, Need(job)) ?? _scores[type];
    }

    private void Grant(int job, int type, int count)
    {
        left[type] -= count;
        _count[job] += count;
        _type[job] = type;
        _reasons[job] = null;
        ledger.Charge(Leaf(job), type, count, jobs[job]);
    }

    private bool TryMixed(int job)
    {
        var held = jobs[job].Allocation;
        for (var type = 0; type < left.Length; type++)
        {
            var count = cluster.CountOf(held, type);
            if (count > 0 && (!HasRoom(Leaf(job), type, count) || ledger.Blocked(Leaf(job), type, count) is not null))
            {
                return false;
            }
        }

        for (var type = 0; type < left.Length; type++)
        {
            var count = cluster.CountOf(held, type);
            left[type] -= count;
            ledger.Charge(Leaf(job), type, count, jobs[job]);
        }

        _count[job] = held.Accelerators;
        return true;
    }

    private bool TryPart(int job, int only)
    {
        var leaf = Leaf(job);
        DeviceShare? place = null;
        if (jobs[job].Allocation.Device is { } held && !_gone.Contains(job) && cluster.Nodes[held.Node].TakesWork && cluster.TypeOf(held.Node) is var type
            && Allows(type) && devices.MayKeep(held, out var opens) && (!opens || HasRoom(leaf, type, 1)))
        {
            place = held;
        }

        place ??= devices.Choose(job, at => !_drains[at] && Allows(at), at => !_drains[at] && Allows(at) && HasRoom(leaf, at, 1));
        if (place is not { } chosen)
        {
            return false;
        }

        Put(job, chosen);
        return true;

        bool Allows(int at) => (only < 0 || only == at) && IsAllowed(job, at);
    }

    // A part counts for its tenant as its share; what it opens is a whole accelerator less for the others.
    private void Put(int job, DeviceShare place)
    {
        var on = cluster.TypeOf(place.Node);
        var before = devices.OpenPerType[on];
        devices.Put(job, place);
        left[on] -= devices.OpenPerType[on] - before;
        (_count[job], _type[job], _reasons[job]) = (1, on, null);
        ledger.Charge(Leaf(job), on, place.ComputeShare, jobs[job]);
    }

    private bool IsAllowed(int job, int type)
    {
        if (!jobs[job].CanUse(cluster.Types[type], 1, 1))
        {
            return false;
        }

        var share = jobs[job].Fraction!.Value.ComputeShare;
        var reason = ledger.Blocked(Leaf(job), type, share);
        _reasons[job] ??= reason is null ? null : string.Create(CultureInfo.InvariantCulture, $"needs {share:0.###} of an accelerator; {reason}");
        return reason is null;
    }
}
