using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Tenants;

namespace OrleansCompute.Simulations.Engine;

/// <summary>
/// Replays a workload on a virtual clock. Decisions are made at multiples of the round, by the policy class that also runs in a live
/// pool; between them jobs compute, finish, lose their nodes and, with <see cref="SimulationOptions.StartsBetweenRounds"/>, start. Equal input and seed give equal results. Not thread-safe.
/// </summary>
public sealed class ClusterSimulator
{
    // A policy that leaves every accelerator unused for so many rounds, while jobs wait and nothing else can happen, never will.
    private const int MaxIdleRounds = 1_000;

    // So that rounding cannot make the clock stand still.
    private const double LeastStep = 1e-3;
    private readonly ISchedulingPolicy _policy;
    private readonly SimulationOptions _options;
    private readonly TimeProvider _clock;
    private readonly List<SimulatedJob> _active = [];
    private readonly SimulatedJob[] _jobs;
    private readonly NodeFailures _failures;
    private readonly SpotReclaims _reclaims;
    private readonly bool[] _hasFailed;
    private readonly bool[] _isTaken;
    private readonly DeadlineAdmission _admission = new();
    private readonly SimulationRecorder _recorder;
    private readonly Interference _interference;
    private readonly NetworkLinks _network;
    private readonly TenantAccounts _tenants;
    private ClusterSnapshot _cluster;
    private double _now;
    private int _submitted;

    /// <summary>Prepares a run.</summary>
    /// <param name="cluster">Nodes, all ready.</param>
    /// <param name="jobs">Jobs that have not run yet, with names that differ.</param>
    /// <param name="policy">Decides.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">Measures how long decisions take; virtual time has nothing to do with it.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or two jobs have one name.</exception>
    public ClusterSimulator(
        ClusterSnapshot cluster, IReadOnlyList<SimulatedJob> jobs, ISchedulingPolicy policy, SimulationOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Validate();
        if (jobs.GroupBy(job => job.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Two jobs are named '{twice.Key}'; names must differ.", nameof(jobs));
        }

        var lent = Lent(cluster, options);
        _cluster = lent.Length == 0 ? cluster : new ClusterSnapshot(
            [.. cluster.Nodes.Select((node, i) => lent.Contains(i) ? node with { IsReclaimable = true } : node)], cluster.Tenants, cluster.History);
        _policy = policy;
        _options = options;
        _clock = clock;
        _jobs = [.. jobs.OrderBy(job => job.SubmitSeconds)];
        _failures = new NodeFailures(cluster.Nodes.Length, options);
        _reclaims = new SpotReclaims(lent, options);
        _hasFailed = new bool[cluster.Nodes.Length];
        _isTaken = new bool[cluster.Nodes.Length];
        _recorder = new SimulationRecorder(cluster);
        _interference = new Interference(cluster.Nodes.Length, options.InterferenceFraction);
        _network = new NetworkLinks(cluster, options);
        _tenants = new TenantAccounts(cluster);
    }

    /// <summary>Keeps every round in which something changed, for the trace.</summary>
    public bool RecordsRounds
    {
        get => _recorder.RecordsRounds;
        set => _recorder.RecordsRounds = value;
    }

    /// <summary>Runs until all jobs are done.</summary>
    /// <param name="progress">Told the number of finished jobs when it grows.</param>
    /// <param name="cancellationToken">Stops the run between rounds.</param>
    public SimulationResult Run(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var begin = _clock.GetTimestamp();
        var (finished, idle) = (0, 0);
        while (finished < _jobs.Length && _now < _options.MaxSeconds && idle < MaxIdleRounds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tick = NextTick();
            var isRound = NextEvent() is var next && tick <= next;
            Advance(Math.Min(tick, next));
            var history = _cluster.History;
            var left = _active.RemoveAll(job => job.IsFinished && Remember(job, ref history));
            if (left > 0)
            {
                _cluster = _cluster.WithHistory(history);
                finished += left;
                progress?.Report(finished);
            }

            while (_submitted < _jobs.Length && _jobs[_submitted].SubmitSeconds <= _now)
            {
                Submit(_jobs[_submitted++]);
            }

            if (_active.Count > 0)
            {
                Decide(isRound);
                var isStuck = _submitted == _jobs.Length && _active.TrueForAll(job => job.Allocation.IsEmpty) && !_hasFailed.Contains(true) && !_isTaken.Contains(true);
                idle = isStuck ? idle + (isRound ? 1 : 0) : 0;
            }
        }

        var tenants = _tenants.Finish(_jobs);
        return _recorder.Finish(_jobs, _now, _options.RoundSeconds, _clock.GetElapsedTime(begin).TotalSeconds) with
        {
            Tenants = tenants, TenantFairness = _tenants.FairnessIndex(tenants),
            Unfinished = RunEnd.Unfinished(_policy, _cluster, _active, Snapshot, _jobs.AsSpan(_submitted), _now),
            EndReason = finished == _jobs.Length ? "" : RunEnd.Reason(_options, idle >= MaxIdleRounds ? MaxIdleRounds : null),
        };
    }

    private bool Remember(SimulatedJob job, ref ServiceHistory history)
    {
        history = history.Add(ServiceHistory.ServiceOf(_cluster, Snapshot(job)));
        return true;
    }

    // The next multiple of the round; idle time is skipped, as the next job's submission is what happens next.
    private double NextTick()
    {
        var next = (Math.Floor((_now / _options.RoundSeconds) + 1e-9) + 1) * _options.RoundSeconds;
        if (_active.Count == 0 && _submitted < _jobs.Length)
        {
            var rounds = Math.Ceiling(_jobs[_submitted].SubmitSeconds / _options.RoundSeconds);
            next = Math.Max(next, rounds * _options.RoundSeconds);
        }

        return next;
    }

    // Where jobs start between rounds: when one comes, or one is done while others wait.
    private double NextEvent()
    {
        if (!_options.StartsBetweenRounds)
        {
            return double.PositiveInfinity;
        }

        var next = _submitted < _jobs.Length ? _jobs[_submitted].SubmitSeconds : double.PositiveInfinity;
        if (_active.Exists(job => job.Allocation.IsEmpty))
        {
            // A job that cannot say when (NaN, as of 0 work at 0 speed) is looked at with the next round: the clock must never become no number.
            var looks = _active.Where(job => !job.Allocation.IsEmpty).Select(job => _now + job.RestartSecondsLeft + job.SecondsToLook(SpeedOf(job)));
            next = looks.Where(look => !double.IsNaN(look)).Append(next).Min();
        }

        return Math.Max(next, _now + LeastStep);
    }

    private void Advance(double until)
    {
        _interference.Update(_active);
        _network.Update(_active);
        while (Math.Min(_failures.NextSeconds, _reclaims.NextSeconds) is var seconds && seconds < until)
        {
            RunJobs(Math.Max(0, seconds - _now));
            _now = Math.Max(_now, seconds);
            if (_failures.NextSeconds <= _reclaims.NextSeconds)
            {
                var (node, isFailure) = _failures.Take();
                _hasFailed[node] = isFailure;
                SetReady(node);
            }
            else
            {
                Reclaim();
            }
        }

        RunJobs(until - _now);
        _now = until;
    }

    private void RunJobs(double seconds)
    {
        if (seconds <= 0)
        {
            return;
        }

        foreach (var job in _active)
        {
            if (job.Partner is null && !job.Allocation.IsEmpty && !job.IsFinished)
            {
                RunJob(job, seconds);
            }
        }

        // After the others, as a pair whose one is done leaves a job alone that has run for all of the time already.
        foreach (var job in _active)
        {
            if (job.Partner is { } partner && Colocations.IsFirst(job))
            {
                RunPair(job, partner, seconds);
            }
        }
    }

    // The one that is done first leaves the other alone for the rest of the time.
    private void RunPair(SimulatedJob one, SimulatedJob other, double seconds)
    {
        var until = Math.Min(seconds, Math.Min(SecondsLeft(one), SecondsLeft(other)));
        RunJob(one, until);
        RunJob(other, until);
        if (one.IsFinished || other.IsFinished || until < seconds)
        {
            Colocations.Part(one);
        }

        foreach (var job in new[] { one, other }.Where(job => until < seconds && !job.IsFinished))
        {
            RunJob(job, seconds - until, until);
        }
    }

    private double SecondsLeft(SimulatedJob job) => job.RestartSecondsLeft + job.SecondsLeft(SpeedOf(job));

    private double SpeedOf(SimulatedJob job) =>
        _interference.SpeedOf(job) * _network.SpeedOf(job) * (job.Partner is { } partner ? job.SpeedBeside(_cluster, partner) : 1);

    private void RunJob(SimulatedJob job, double seconds, double afterSeconds = 0)
    {
        var (accelerators, begin) = (job.Allocation.Accelerators * job.HeldFraction, _now + afterSeconds);
        var delay = Math.Min(job.RestartSecondsLeft, seconds);
        job.RestartSecondsLeft -= delay;
        var left = seconds - delay;
        var used = left;
        if (left > 0)
        {
            var before = Math.Floor(job.RunSeconds / _options.CheckpointSeconds);
            var finish = job.Run(left, SpeedOf(job));
            if (!double.IsNaN(finish))
            {
                used = finish;
                job.CompletionSeconds = begin + delay + finish;
            }
            else if (Math.Floor((job.RunSeconds + seconds) / _options.CheckpointSeconds) > before)
            {
                job.Checkpoint();
                job.RestartSecondsLeft += _options.CheckpointCostSeconds;
            }
        }

        _tenants.Use(_cluster, job, (delay + used) * job.HeldFraction, begin + delay + used);
        job.RunSeconds += delay + used;
        _recorder.Use(job, (delay + used) * job.HeldFraction);
        job.AttainedAcceleratorSeconds += accelerators * (delay + used);
        job.ComputingAcceleratorSeconds += accelerators * used;
        if (job.IsFinished)
        {
            job.Allocation = Allocation.None;
        }
    }

    private void Reclaim()
    {
        var (node, what) = _reclaims.Take();
        _isTaken[node] = what == SpotEvent.Reclaim;
        var about = _cluster.Nodes[node] with { ReclaimSeconds = what == SpotEvent.Notice ? _now + _options.SpotNoticeSeconds : null };
        _cluster = new ClusterSnapshot(_cluster.Nodes.SetItem(node, about), _cluster.Tenants, _cluster.History);
        SetReady(node);
    }

    private void SetReady(int node)
    {
        var isReady = !_hasFailed[node] && !_isTaken[node];
        if (isReady == _cluster.Nodes[node].IsReady)
        {
            return;
        }

        _cluster = new ClusterSnapshot(_cluster.Nodes.SetItem(node, _cluster.Nodes[node] with { IsReady = isReady }), _cluster.Tenants, _cluster.History);
        if (!isReady)
        {
            foreach (var job in _active.Where(job => job.Allocation.Shares.Any(share => share.Node == node)))
            {
                job.Allocation = Allocation.None;
                Colocations.Part(job);
                job.Failures++;
                job.Rollback();
            }
        }
    }

    // The last nodes of each type.
    private static int[] Lent(ClusterSnapshot cluster, SimulationOptions options) => double.IsInfinity(options.SpotMeanSeconds) ? [] :
    [
        .. Enumerable.Range(0, cluster.Nodes.Length).GroupBy(cluster.TypeOf)
            .SelectMany(type => type.TakeLast((int)Math.Round(options.SpotFraction * type.Count()))),
    ];

    private void Submit(SimulatedJob job)
    {
        if (_options.AdmitsDeadlines && job.DeadlineSeconds is not null)
        {
            var others = _active.Select(Snapshot).ToList();
            if (!_admission.Check(_cluster, others, Snapshot(job), _now, _policy.IsElastic).IsAdmitted)
            {
                job.IsDeadlineRefused = true;
            }
        }

        _active.Add(job);
    }

    // Between rounds, only about what waits: the policy is told that what runs may not be moved.
    private void Decide(bool isRound)
    {
        if (!isRound && !_active.Exists(job => job.Allocation.IsEmpty))
        {
            return;
        }

        var snapshots = new JobSnapshot[_active.Count];
        for (var i = 0; i < snapshots.Length; i++)
        {
            var snapshot = Snapshot(_active[i]);
            snapshots[i] = isRound ? snapshot : snapshot with { IsPreemptible = snapshot.IsPreemptible && snapshot.Allocation.IsEmpty };
            _active[i].ContentionSum += isRound ? _active.Count : 0;
            _active[i].RoundsInSystem += isRound ? 1 : 0;
        }

        if (!_cluster.Tenants.IsFlat)
        {
            _cluster = _cluster.WithTenants(_tenants.TreeAt(_now));
        }

        var begin = _clock.GetTimestamp();
        var decisions = _policy.Decide(_cluster, snapshots, _now);
        var took = _clock.GetElapsedTime(begin);
        DecisionCheck.Throw(_policy, _cluster, snapshots, decisions);
        var partners = Colocations.Apply(_active, decisions);
        for (var i = 0; i < decisions.Count; i++)
        {
            var job = _active[i];
            job.Memo = decisions[i].Memo;
            var moves = partners[i] == PartnerChange.Place || !job.Allocation.Equals(decisions[i].Allocation);
            if (moves || partners[i] == PartnerChange.Partner)
            {
                _recorder.Change(_cluster, job, decisions[i]);
            }

            if (moves)
            {
                Reallocate(job, decisions[i].Allocation);
            }
        }

        _recorder.Decision(_cluster, _active, _now, took, isRound);
        if (isRound)
        {
            _tenants.Round(_cluster, _active, _options.RoundSeconds);
        }
    }

    private void Reallocate(SimulatedJob job, Allocation allocation)
    {
        job.Checkpoint();
        job.Allocation = allocation;
        job.AllocatedSeconds = _now;
        job.Apply(_cluster, allocation);
        if (allocation.IsEmpty)
        {
            return;
        }

        job.RestartSecondsLeft = job.RestartSeconds;
        if (double.IsNaN(job.StartSeconds))
        {
            job.StartSeconds = _now;
        }
        else
        {
            job.Restarts++;
        }
    }

    private JobSnapshot Snapshot(SimulatedJob job) => JobSnapshots.Of(job, _cluster, _options.IsClairvoyant);
}
