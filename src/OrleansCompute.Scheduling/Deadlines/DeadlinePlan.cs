using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>
/// The smallest share for each job with a deadline that still meets it, the earliest deadline first (the minimum satisfactory share of
/// ElasticFlow, ASPLOS 2023, here over several types, with restart costs and with what cannot be taken away left out): over the time
/// from now, cut at the deadlines, each job takes the smallest number that completes its work by its own, out of what jobs before it
/// leave; of several types the one of which it takes the smallest part. A job on a part of an accelerator takes that part, beside others where it
/// fits (<see cref="PlannedParts"/>). Jobs whose length nobody stated are not planned. Pure.
/// </summary>
public sealed class DeadlinePlan
{
    // Each job that is left out on its own costs two plans; where more must be, all that do not make it are.
    private const int MaxSingly = 32;
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly double _now;
    private readonly DeadlineOptions _options;
    private readonly bool _isElastic;
    private readonly double[] _edges;
    private readonly int[][] _free;
    private readonly PlannedParts _parts;

    private DeadlinePlan(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, bool isElastic, DeadlineOptions options, JobLengths lengths,
        IReadOnlyList<int> kept, IReadOnlySet<int> without)
    {
        (_cluster, _jobs, _now, _isElastic, _options) = (cluster, jobs, now, isElastic, options);
        Planned = [.. Enumerable.Range(0, jobs.Count).Where(job => !without.Contains(job) && IsPlanned(jobs[job], lengths, now))
            .OrderBy(job => jobs[job].DeadlineSeconds).ThenBy(job => job).Take(options.MaxPlanned)];
        _edges = [now, .. Planned.Select(job => jobs[job].DeadlineSeconds!.Value).Distinct().Order()];
        _free = [.. cluster.AcceleratorsPerType.Select((count, type) => FreeOf(Math.Max(0, count - kept[type])))];
        _parts = new PlannedParts(cluster, _free);
        LeaveOut(lengths);
        Shares = [.. Planned.Select(job => Share(job, lengths))];
    }

    /// <summary>Indices of the jobs that were planned, the earliest deadline first.</summary>
    public ImmutableArray<int> Planned { get; }

    /// <summary>One per planned job, in their order.</summary>
    public ImmutableArray<DeadlineShare> Shares { get; }

    /// <summary>Plans a round.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs.</param>
    /// <param name="nowSeconds">The time on their clock.</param>
    /// <param name="isElastic">Whether jobs may get other numbers than they requested.</param>
    /// <param name="options">How.</param>
    /// <param name="lengths">How long jobs take.</param>
    /// <param name="kept">Accelerators of each type that are guaranteed to others; null for none.</param>
    public static DeadlinePlan Make(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, bool isElastic, DeadlineOptions options, JobLengths lengths,
        IReadOnlyList<int>? kept = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lengths);
        return Make(cluster, jobs, nowSeconds, isElastic, options, lengths, kept ?? new int[cluster.Types.Length], ImmutableHashSet<int>.Empty);
    }

    /// <summary>
    /// Plans a round in which not all deadlines can be met: who came first keeps what it was promised. Of the jobs that leave too little to
    /// one, the last to come is left out, until all others make it; one that could not make it alone is left out itself.
    /// </summary>
    internal static DeadlinePlan MakeFair(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, bool isElastic, DeadlineOptions options, JobLengths lengths,
        IReadOnlyList<int> kept)
    {
        var without = new HashSet<int>();
        while (true)
        {
            var plan = Make(cluster, jobs, nowSeconds, isElastic, options, lengths, kept, without);
            if (plan.Shares.FirstOrDefault(share => !share.CanMeet) is not { } late)
            {
                return plan;
            }

            if (without.Count >= MaxSingly)
            {
                without.UnionWith(plan.Shares.Where(share => !share.CanMeet).Select(share => share.Job));
                continue;
            }

            var others = plan.Planned.Where(job => job != late.Job).ToHashSet();
            others.UnionWith(without);
            var alone = Make(cluster, jobs, nowSeconds, isElastic, options, lengths, kept, others);
            without.Add(alone.Shares.Any(share => share.CanMeet)
                ? plan.Planned.Where(job => jobs[job].DeadlineSeconds <= jobs[late.Job].DeadlineSeconds)
                    .MaxBy(job => (jobs[job].SubmitSeconds, job))
                : late.Job);
        }
    }

    private static DeadlinePlan Make(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, bool isElastic, DeadlineOptions options, JobLengths lengths,
        IReadOnlyList<int> kept, IReadOnlySet<int> without) =>
        new DeadlinePlan(cluster, jobs, nowSeconds, isElastic, options, lengths, kept, without);

    /// <summary>Whether a job has a deadline that can be planned for: it is to come, and somebody said how long the job takes.</summary>
    internal static bool IsPlanned(JobSnapshot job, JobLengths lengths, double now) =>
        job.DeadlineSeconds > now && lengths.Remaining(job).Basis == ForecastBasis.Stated;

    /// <summary>Work that is left, in the job's speed times seconds.</summary>
    internal static double Work(ClusterSnapshot cluster, JobSnapshot job, JobLengths lengths) => lengths.Remaining(job).LikelySeconds
        * (job.Allocation.IsEmpty ? JobSpeed.Requested(cluster, job) : JobSpeed.Of(cluster, job, job.Allocation));

    private int[] FreeOf(int count)
    {
        var free = new int[Math.Max(1, _edges.Length - 1)];
        Array.Fill(free, count);
        return free;
    }

    // What may not be taken from jobs without a plan is not there until they end; where nobody knows when, not at all.
    private void LeaveOut(JobLengths lengths)
    {
        var planned = Planned.ToHashSet();
        for (var job = 0; job < _jobs.Count; job++)
        {
            var snapshot = _jobs[job];
            if (planned.Contains(job) || snapshot.Allocation.IsEmpty || snapshot.IsPreemptible)
            {
                continue;
            }

            var end = _now + lengths.Remaining(snapshot).HighSeconds;
            if (snapshot.Allocation.Device is { } part)
            {
                _parts.Hold(part, _cluster.Nodes[part.Node].TakesWork ? IntervalsUntil(end) : 0);
                continue;
            }

            foreach (var share in snapshot.Allocation.Shares.Where(share => _cluster.Nodes[share.Node].TakesWork))
            {
                var free = _free[_cluster.TypeOf(share.Node)];
                for (var i = 0; i < free.Length && _edges[i] < end; i++)
                {
                    free[i] = Math.Max(0, free[i] - share.Accelerators);
                }
            }
        }
    }

    private DeadlineShare Share(int job, JobLengths lengths)
    {
        var snapshot = _jobs[job];
        if (snapshot.Fraction is { } part)
        {
            return PartShare(job, part, lengths);
        }

        var speeds = new DeadlineSpeeds(_cluster, snapshot, _isElastic);
        var work = Work(_cluster, snapshot, lengths);
        var held = _cluster.TypeOf(snapshot.Allocation);
        var best = Best(speeds, work, snapshot, held, reserve: 1);

        // What is kept in reserve is there to be used: a job that is behind is not given up before it is too late.
        best = best.Type < 0 ? Best(speeds, work, snapshot, held, reserve: 0) : best;
        if (best.Type < 0)
        {
            return new DeadlineShare(job, false, -1, 0, 0);
        }

        var now = Take(speeds, best.Type, best.Index, snapshot);
        return new DeadlineShare(job, true, best.Type, speeds.Counts(best.Type)[best.Index], now);
    }

    // A part is as fast as it is: the question is only on which type there is room for it for long enough.
    private DeadlineShare PartShare(int job, DeviceFraction part, JobLengths lengths)
    {
        var (snapshot, held) = (_jobs[job], _cluster.TypeOf(_jobs[job].Allocation));
        var work = Work(_cluster, snapshot, lengths);
        foreach (var reserve in (double[])[1, 0])
        {
            var (best, least) = (-1, double.PositiveInfinity);
            for (var type = 0; type < _free.Length; type++)
            {
                var speed = snapshot.Accepts(_cluster.Types[type]) ? JobSpeed.Of(_cluster, snapshot, type, 1) : 0;
                var cost = speed <= 0 ? double.PositiveInfinity : work / speed / Math.Max(1, _cluster.AcceleratorsPerType[type]) * (type == held ? 0.8 : 1);
                if (cost < least && PartSeconds(type, part, snapshot, type == held, reserve) * speed >= work)
                {
                    (best, least) = (type, cost);
                }
            }

            if (best >= 0)
            {
                return new DeadlineShare(job, true, best, 1, _parts.Take(best, IntervalsUntil(snapshot.DeadlineSeconds!.Value), part, snapshot.Allocation.Device) ? 1 : 0);
            }
        }

        return new DeadlineShare(job, false, -1, 0, 0);
    }

    private double PartSeconds(int type, DeviceFraction part, JobSnapshot job, bool isKept, double reserve)
    {
        var (begin, end) = Span(job, isKept, reserve);
        var sum = 0.0;
        for (var i = 0; i < _free[type].Length && _edges[i] < end; i++)
        {
            sum += _parts.HasRoom(type, i, part) ? Math.Max(0, Math.Min(end, EdgeAfter(i)) - Math.Max(begin, _edges[i])) : 0;
        }

        return sum;
    }

    private (int Type, int Index) Best(DeadlineSpeeds speeds, double work, JobSnapshot job, int held, double reserve)
    {
        var best = (Type: -1, Index: -1, Part: double.PositiveInfinity);
        for (var type = 0; type < _free.Length; type++)
        {
            var keeps = type == held ? speeds.Counts(type).IndexOf(job.Allocation.Accelerators) : -1;
            var index = Smallest(speeds, type, work, job, keeps, reserve);
            if (index < 0)
            {
                continue;
            }

            // Another type must save clearly more than a restart is worth.
            var part = AcceleratorSeconds(speeds, type, index, job) / Math.Max(1, _cluster.AcceleratorsPerType[type]) * (type == held ? 0.8 : 1);
            best = part < best.Part ? (type, index, part) : best;
        }

        return (best.Type, best.Index);
    }

    // The number that it holds stays, where it is enough and not much more than enough: a change costs a restart.
    private int Smallest(DeadlineSpeeds speeds, int type, double work, JobSnapshot job, int keeps, double reserve)
    {
        var (low, high) = (0, speeds.Counts(type).Length - 1);
        if (high < 0 || !IsEnough(high))
        {
            return keeps >= 0 && IsEnough(keeps) ? keeps : -1;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsEnough(middle) ? (low, middle) : (middle + 1, high);
        }

        return keeps >= low && speeds.Counts(type)[keeps] <= _options.KeepFactor * speeds.Counts(type)[low] && IsEnough(keeps) ? keeps
            : keeps >= 0 && keeps < low && IsEnough(keeps) ? keeps : low;

        bool IsEnough(int index) => WorkUntil(speeds, type, index, job, index == keeps, reserve) >= work;
    }

    private double WorkUntil(DeadlineSpeeds speeds, int type, int index, JobSnapshot job, bool isKept, double reserve)
    {
        var (begin, end) = Span(job, isKept, reserve);
        var (work, most) = (0.0, speeds.Counts(type)[index]);
        for (var i = 0; i < _free[type].Length && _edges[i] < end; i++)
        {
            var seconds = Math.Min(end, EdgeAfter(i)) - Math.Max(begin, _edges[i]);
            if (seconds > 0)
            {
                work += seconds * speeds.Speed(type, speeds.Floor(type, Math.Min(most, _free[type][i])));
            }
        }

        return work;
    }

    // In which it works: without its start, and what is kept in reserve.
    private (double Begin, double End) Span(JobSnapshot job, bool isKept, double reserve)
    {
        var left = job.DeadlineSeconds!.Value - _now;
        return (_now + (isKept ? 0 : job.RestartSeconds),
            job.DeadlineSeconds.Value - (reserve * ((left * _options.SlackFraction) + (isKept ? 0 : _options.SlackRestarts * job.RestartSeconds))));
    }

    private double AcceleratorSeconds(DeadlineSpeeds speeds, int type, int index, JobSnapshot job)
    {
        var (sum, most) = (0.0, speeds.Counts(type)[index]);
        var end = job.DeadlineSeconds!.Value;
        for (var i = 0; i < _free[type].Length && _edges[i] < end; i++)
        {
            var floor = speeds.Floor(type, Math.Min(most, _free[type][i]));
            sum += (Math.Min(end, EdgeAfter(i)) - _edges[i]) * (floor < 0 ? 0 : speeds.Counts(type)[floor]);
        }

        return sum;
    }

    private int Take(DeadlineSpeeds speeds, int type, int index, JobSnapshot job)
    {
        var (now, most) = (0, speeds.Counts(type)[index]);
        for (var i = 0; i < _free[type].Length && _edges[i] < job.DeadlineSeconds; i++)
        {
            var floor = speeds.Floor(type, Math.Min(most, _free[type][i]));
            var count = floor < 0 ? 0 : speeds.Counts(type)[floor];
            _free[type][i] -= count;
            now = i == 0 ? count : now;
        }

        return now;
    }

    private int IntervalsUntil(double end)
    {
        var count = 0;
        while (count < Math.Max(1, _edges.Length - 1) && _edges[count] < end)
        {
            count++;
        }

        return count;
    }

    private double EdgeAfter(int i) => i + 1 < _edges.Length ? _edges[i + 1] : double.PositiveInfinity;
}
