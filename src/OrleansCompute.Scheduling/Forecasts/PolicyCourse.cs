using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>One course of events: jobs end when their work is done, and the policy decides then and at growing steps between.</summary>
internal sealed class PolicyCourse
{
    private readonly ISchedulingPolicy _policy;
    private readonly ClusterSnapshot _cluster;
    private readonly ForecastOptions _options;
    private readonly JobSnapshot[] _jobs;
    private readonly double[] _work;
    private readonly double[] _speed;
    private readonly double[] _delay;
    private readonly bool[] _isDone;
    private readonly double _begin;
    private double _now;

    public PolicyCourse(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double[] remainingSeconds, double now,
        ForecastOptions options)
    {
        (_policy, _cluster, _options, _now, _begin) = (policy, cluster, options, now, now);
        _jobs = [.. jobs];
        _work = new double[_jobs.Length];
        _speed = new double[_jobs.Length];
        _delay = new double[_jobs.Length];
        _isDone = new bool[_jobs.Length];
        Start = new double[_jobs.Length];
        End = new double[_jobs.Length];
        Array.Fill(End, double.PositiveInfinity);
        for (var i = 0; i < _jobs.Length; i++)
        {
            _speed[i] = JobSpeed.Of(cluster, _jobs[i], _jobs[i].Allocation);
            var reference = _jobs[i].Allocation.IsEmpty ? JobSpeed.Requested(cluster, _jobs[i]) : _speed[i];
            _work[i] = double.IsInfinity(remainingSeconds[i]) ? double.PositiveInfinity : remainingSeconds[i] * reference;
            Start[i] = _jobs[i].Allocation.IsEmpty ? double.PositiveInfinity : now;
        }
    }

    /// <summary>When each job holds accelerators first; infinite where that was not seen.</summary>
    public double[] Start { get; }

    /// <summary>When each is done.</summary>
    public double[] End { get; }

    public void Play(IReadOnlySet<string>? until, CancellationToken cancellationToken)
    {
        var step = _options.FirstStepSeconds;
        for (var decision = 0; decision < _options.MaxDecisions && _now - _begin <= _options.HorizonSeconds; decision++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var active = Enumerable.Range(0, _jobs.Length).Where(job => !_isDone[job]).ToArray();
            if (active.Length == 0)
            {
                return;
            }

            Decide(active);
            if (until is not null && Array.TrueForAll(active, job => !double.IsInfinity(Start[job]) || !until.Contains(_jobs[job].Id)))
            {
                FinishAsIs(active);
                return;
            }

            var end = active.Min(job => _speed[job] > 0 ? _delay[job] + (_work[job] / _speed[job]) : double.PositiveInfinity);
            if (double.IsInfinity(end) && Array.TrueForAll(active, job => _speed[job] == 0))
            {
                return;
            }

            Run(active, Math.Min(end, step));
            step *= _options.StepGrowth;
        }

        FinishAsIs([.. Enumerable.Range(0, _jobs.Length).Where(job => !_isDone[job])]);
    }

    private void Decide(int[] active)
    {
        var decisions = _policy.Decide(_cluster, [.. active.Select(job => _jobs[job])], _now);
        for (var i = 0; i < active.Length; i++)
        {
            var (job, to) = (active[i], decisions[i].Allocation);
            var before = _jobs[job];
            var isSame = to.Equals(before.Allocation);
            _jobs[job] = before with
            {
                Allocation = to,
                Memo = decisions[i].Memo,
                AllocatedSeconds = isSame ? before.AllocatedSeconds : _now,
                Restarts = before.Restarts + (isSame || to.IsEmpty || before.RunSeconds == 0 ? 0 : 1),
            };
            if (!isSame)
            {
                _speed[job] = JobSpeed.Of(_cluster, before, to);
                _delay[job] = to.IsEmpty ? 0 : before.RestartSeconds;

                // Who is stopped by the very round that is asked about waits from then on.
                Start[job] = !to.IsEmpty ? Math.Min(Start[job], _now) : _now == _begin ? double.PositiveInfinity : Start[job];
            }
        }
    }

    private void Run(int[] active, double seconds)
    {
        foreach (var job in active.Where(job => !_jobs[job].Allocation.IsEmpty))
        {
            var delay = Math.Min(_delay[job], seconds);
            _delay[job] -= delay;
            var left = _work[job];
            _work[job] = Math.Max(0, left - ((seconds - delay) * _speed[job]));
            var before = _jobs[job];

            // What is stated shrinks with the work, so that policies that look at it see the same.
            var part = left > 0 && double.IsFinite(left) ? _work[job] / left : 1;
            _jobs[job] = before with
            {
                RunSeconds = before.RunSeconds + seconds,
                AttainedAcceleratorSeconds = before.AttainedAcceleratorSeconds + (seconds * before.Allocation.Accelerators),
                WorkDone = before.WorkDone + ((seconds - delay) * _speed[job]),
                KnownRemainingSeconds = before.KnownRemainingSeconds * part,
                ExpectedRemainingSeconds = before.ExpectedRemainingSeconds * part,
            };
            if (_work[job] <= 1e-9 * Math.Max(1, _speed[job]) && _delay[job] <= 0)
            {
                (_isDone[job], End[job]) = (true, _now + seconds);
            }
        }

        _now += seconds;
    }

    // Where the play stops, what runs is taken to run on as it is; what waits has no end.
    private void FinishAsIs(int[] active)
    {
        foreach (var job in active.Where(job => _speed[job] > 0))
        {
            End[job] = _now + _delay[job] + (_work[job] / _speed[job]);
        }
    }
}
