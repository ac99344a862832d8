using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// Who has waited too long, and what is held back for whom: in the order of their waiting since, each takes one type, the one on which
/// fewest are missing, and no later one takes a type that an earlier one waits for. So no two gangs each hold a part of what the other
/// needs, and the first gets all that becomes available. Pure: equal rounds give equal plans; nothing is kept between rounds.
/// </summary>
public sealed class ReservationPlan
{
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly double _now;
    private readonly ReservationOptions _options;
    private readonly JobLengths _lengths;
    private readonly bool _isElastic;
    private readonly GangPlacer _placer;
    private readonly TenantRoom _room;
    private readonly int[] _available;
    private readonly int[] _spent;

    private ReservationPlan(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, bool isElastic, ReservationOptions options, JobLengths lengths)
    {
        (_cluster, _jobs, _now, _isElastic, _options, _lengths) = (cluster, jobs, now, isElastic, options, lengths);
        _placer = new GangPlacer(cluster);
        _room = new TenantRoom(cluster, jobs);
        _available = new int[cluster.Types.Length];
        _spent = new int[cluster.Types.Length];
        IsFixed = new bool[jobs.Count];
        IsHolding = new bool[jobs.Count];
    }

    /// <summary>One per job that accelerators are held back for, or given to, the one that waits longest first.</summary>
    public ImmutableArray<Reservation> Reservations { get; private set; } = [];

    /// <summary>For each job, whether it runs and may not be preempted now.</summary>
    internal bool[] IsFixed { get; }

    /// <summary>For each job, whether it runs after a long wait, and has not run for long yet.</summary>
    internal bool[] IsHolding { get; }

    /// <summary>Makes the plan of a round.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs.</param>
    /// <param name="nowSeconds">The time on their clock.</param>
    /// <param name="isElastic">Whether jobs start with their minimum, or else with what they requested.</param>
    /// <param name="options">When jobs have waited too long.</param>
    /// <param name="lengths">How long running ones take, for when a gang will start.</param>
    public static ReservationPlan Make(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, bool isElastic, ReservationOptions options, JobLengths lengths)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lengths);
        var plan = new ReservationPlan(cluster, jobs, nowSeconds, isElastic, options, lengths);
        plan.CountRunning();
        plan.Reserve();
        return plan;
    }

    /// <summary>Seconds that a job has waited since it was submitted, or lost its accelerators; 0 where it runs.</summary>
    public static double WaitedSeconds(JobSnapshot job, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(job);
        var since = job.RunSeconds > 0 ? Math.Max(job.SubmitSeconds, job.AllocatedSeconds) : job.SubmitSeconds;
        return job.Allocation.IsEmpty ? Math.Max(0, nowSeconds - since) : 0;
    }

    /// <summary>Accelerators that a job starts with.</summary>
    internal int Needed(JobSnapshot job) => _isElastic ? job.MinAccelerators : job.RequestedAccelerators;

    /// <summary>Accelerators of a type that fixed jobs hold.</summary>
    internal int FixedOf(int type) => _cluster.AcceleratorsPerType[type] - _available[type];

    private void CountRunning()
    {
        for (var job = 0; job < _jobs.Count; job++)
        {
            var snapshot = _jobs[job];
            if (snapshot.Allocation.IsEmpty || (!Stays(snapshot) && snapshot.Allocation.Shares.Any(share => !_cluster.Nodes[share.Node].TakesWork)))
            {
                continue;
            }

            if (snapshot.Allocation.Device is not null)
            {
                _placer.Hold(snapshot, snapshot.Allocation, isFixed: true);
                continue;
            }

            var ran = _now - snapshot.AllocatedSeconds;
            var waitedBefore = snapshot.AllocatedSeconds - snapshot.SubmitSeconds - Math.Max(0, snapshot.RunSeconds - ran);
            IsHolding[job] = waitedBefore >= _options.StarvationSeconds
                && ran < Math.Max(_options.HoldSeconds, _options.HoldRestarts * snapshot.RestartSeconds);
            IsFixed[job] = IsHolding[job] || !snapshot.IsPreemptible || ran < snapshot.MinRunSeconds;
            _placer.Hold(snapshot, snapshot.Allocation, IsFixed[job]);
            foreach (var share in snapshot.Allocation.Shares)
            {
                var type = _cluster.TypeOf(share.Node);
                _spent[type] += IsHolding[job] ? share.Accelerators : 0;
            }
        }

        for (var type = 0; type < _available.Length; type++)
        {
            _available[type] = _placer.RoomOf(type);
        }
    }

    // What may not be touched stays on a node that drains, and on the others of its gang.
    private bool Stays(JobSnapshot job) =>
        (!job.IsPreemptible || _now - job.AllocatedSeconds < job.MinRunSeconds) && job.Allocation.Shares.All(share => _cluster.Nodes[share.Node].IsReady);

    private void Reserve()
    {
        var starving = Enumerable.Range(0, _jobs.Count)
            .Select(job => (Job: job, Waited: WaitedSeconds(_jobs[job], _now)))
            .Where(one => one.Waited >= _options.StarvationSeconds && _jobs[one.Job].Fraction is null && _jobs[one.Job].Problem() is null)
            .OrderByDescending(one => one.Waited).ThenBy(one => one.Job).ToList();
        var isClaimed = new bool[_available.Length];
        var hasHead = new bool[_available.Length];
        var reservations = ImmutableArray.CreateBuilder<Reservation>();
        foreach (var (job, waited) in starving)
        {
            if (Array.TrueForAll(isClaimed, claimed => claimed))
            {
                break;
            }

            var type = BestType(_jobs[job], isClaimed);
            if (type < 0)
            {
                continue;
            }

            var needed = Needed(_jobs[job]);
            if (hasHead[type] && _spent[type] + needed > _options.ShareOfType * _cluster.AcceleratorsPerType[type])
            {
                // It is its turn next: later ones do not pass it here.
                isClaimed[type] = true;
                continue;
            }

            hasHead[type] = true;
            var available = Available(_jobs[job], type);
            var allocation = available >= needed ? Choose(_jobs[job], type, needed) : Allocation.None;
            if (allocation.IsEmpty)
            {
                isClaimed[type] = true;
            }
            else
            {
                Take(job, allocation, type);
            }

            reservations.Add(new Reservation(
                job, _jobs[job].Id, type, needed, available, waited, allocation, allocation.IsEmpty ? ExpectedStart(type, needed) : _now));
        }

        Reservations = reservations.ToImmutable();
    }

    private int BestType(JobSnapshot job, bool[] isClaimed)
    {
        var (best, missing) = (-1, int.MaxValue);
        var needed = Needed(job);
        for (var type = 0; type < _available.Length; type++)
        {
            if (!isClaimed[type] && JobSpeed.CanUse(_cluster, job, type, needed) && _room.Allows(job.Tenant, type, needed)
                && _cluster.AcceleratorsPerType[type] - _room.Promised(job.Tenant, type) >= needed
                && Math.Max(0, needed - Available(job, type)) is var lacks && lacks < missing)
            {
                (best, missing) = (type, lacks);
            }
        }

        return best;
    }

    // A gang that gets nothing spread as it would be waits for better.
    private Allocation Choose(JobSnapshot job, int type, int needed)
    {
        var allocation = _placer.Find(job, type, needed);
        return job.Goodput is null || allocation.IsEmpty || job.Goodput.Goodput(_cluster.Types[type], allocation.Nodes, needed) > 0
            ? allocation
            : Allocation.None;
    }

    private void Take(int job, Allocation allocation, int type)
    {
        _available[type] -= allocation.Accelerators;
        _spent[type] += allocation.Accelerators;
        _placer.Take(_jobs[job], allocation);
        _room.Charge(_jobs[job].Tenant, type, allocation.Accelerators);
    }

    // What others were promised is theirs, whoever waits.
    private int Available(JobSnapshot job, int type) =>
        Math.Min(_available[type], _cluster.AcceleratorsPerType[type] - _room.Promised(job.Tenant, type));


    private double ExpectedStart(int type, int needed)
    {
        var available = _available[type];
        foreach (var (end, accelerators) in Enumerable.Range(0, _jobs.Count).Where(job => IsFixed[job])
            .Select(job => (End: EndOf(job), Accelerators: _jobs[job].Allocation.Shares.Where(share => _cluster.TypeOf(share.Node) == type).Sum(share => share.Accelerators)))
            .Where(one => one.Accelerators > 0).OrderBy(one => one.End))
        {
            available += accelerators;
            if (available >= needed)
            {
                return end;
            }
        }

        return double.PositiveInfinity;
    }

    // When it ends, or may be preempted.
    private double EndOf(int job)
    {
        var snapshot = _jobs[job];
        var end = _now + _lengths.Remaining(snapshot).LikelySeconds;
        if (!snapshot.IsPreemptible)
        {
            return end;
        }

        var hold = IsHolding[job] ? Math.Max(_options.HoldSeconds, _options.HoldRestarts * snapshot.RestartSeconds) : 0;
        return Math.Min(end, snapshot.AllocatedSeconds + Math.Max(hold, snapshot.MinRunSeconds));
    }
}
