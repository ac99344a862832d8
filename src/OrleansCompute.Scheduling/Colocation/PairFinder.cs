using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Colocation;

/// <summary>Finds the pairs of jobs that are worth more on the same accelerators than either of them alone.</summary>
internal sealed class PairFinder(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, ColocationOptions options, MixedTypeOptions mixed)
{
    // Worth where the job is: with what staying is worth, and without.
    private readonly double[][] _stays = Worth(cluster, jobs, mixed, nowSeconds, job => cluster.TypeOf(job.Allocation));
    private readonly double[][] _moves = Worth(cluster, jobs, mixed, nowSeconds, _ => -1);

    /// <summary>Worth of each job on each type, alone.</summary>
    public double[][] Alone => _stays;

    /// <summary>Pairs that share now, as far as both are there and still hold the same.</summary>
    public static List<(int First, int Second)> Present(IReadOnlyList<JobSnapshot> jobs)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var job = 0; job < jobs.Count; job++)
        {
            numbers[jobs[job].Id] = job;
        }

        var pairs = new List<(int, int)>();
        for (var job = 0; job < jobs.Count; job++)
        {
            if (jobs[job].SharesWith.Length > 0 && numbers.TryGetValue(jobs[job].SharesWith, out var other) && other > job
                && jobs[other].SharesWith == jobs[job].Id && !jobs[job].Allocation.IsEmpty && jobs[job].Allocation.Equals(jobs[other].Allocation))
            {
                pairs.Add((job, other));
            }
        }

        return pairs;
    }

    /// <summary>All that make sense: those that share now first.</summary>
    public List<JobPair> Find()
    {
        var present = Present(jobs);
        var partner = new Dictionary<int, int>();
        var pairs = new List<JobPair>();
        foreach (var (first, second) in present)
        {
            (partner[first], partner[second]) = (second, first);
            var isFixed = !MayMove(jobs[first]) || !MayMove(jobs[second]);
            if (isFixed || (MayShare(first) && MayShare(second)))
            {
                Add(pairs, first, second, isTogether: true, isFixed);
            }
        }

        var open = Enumerable.Range(0, jobs.Count)
            .Where(job => MayShare(job) && MayMove(jobs[job]) && !pairs.Exists(pair => pair.IsFixed && (pair.Host == job || pair.Guest == job)))
            .OrderByDescending(job => _stays[job].DefaultIfEmpty(0).Max() / jobs[job].RequestedAccelerators).ThenBy(job => job)
            .Take(options.PairCandidates).Order().ToArray();
        for (var i = 0; i < open.Length; i++)
        {
            for (var j = i + 1; j < open.Length; j++)
            {
                if (IsAlike(jobs[open[i]], jobs[open[j]]) && !(partner.TryGetValue(open[i], out var other) && other == open[j]))
                {
                    Add(pairs, open[i], open[j], isTogether: false, isFixed: false);
                }
            }
        }

        return pairs;
    }

    private static double[][] Worth(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, MixedTypeOptions mixed, double nowSeconds, Func<JobSnapshot, int> stayType)
    {
        var crowding = TypeWorth.Crowding(cluster, jobs);
        return [.. jobs.Select(job => TypeWorth.Of(cluster, job, mixed, stayType(job), nowSeconds, crowding))];
    }

    private bool MayMove(JobSnapshot job) =>
        job.Allocation.IsEmpty || (job.IsPreemptible && nowSeconds - job.AllocatedSeconds >= Math.Max(options.MinRunSeconds, job.MinRunSeconds));

    // What promises or counts time, money or place for one job alone is kept to accelerators of its own.
    private bool MayShare(int job) =>
        jobs[job] is
        {
            Colocation: not null, Fraction: null, DeadlineSeconds: null, Budget: null, MayMixTypes: false, AffinityGroup.Length: 0,
        }
        && jobs[job].Problem() is null && (jobs[job].Allocation.IsEmpty || cluster.TypeOf(jobs[job].Allocation) >= 0);

    private static bool IsAlike(JobSnapshot job, JobSnapshot other) =>
        job.Tenant == other.Tenant && job.Priority == other.Priority && job.RequestedAccelerators == other.RequestedAccelerators;

    private void Add(List<JobPair> pairs, int first, int second, bool isTogether, bool isFixed)
    {
        var (of, beside) = (new double[cluster.Types.Length], new double[cluster.Types.Length]);
        var useful = isFixed;
        for (var type = 0; type < of.Length; type++)
        {
            (of[type], beside[type]) = Fractions(first, second, type);
            useful |= (_moves[first][type] * of[type]) + (_moves[second][type] * beside[type]) > Math.Max(_moves[first][type], _moves[second][type]);
        }

        if (!useful)
        {
            return;
        }

        // At the place of the one with which both are worth more there; a job that runs is no guest of one that waits.
        var (host, guest) = (first, second);
        if (!isTogether && StayWorth(second, first, beside, of) > StayWorth(first, second, of, beside))
        {
            (host, guest, of, beside) = (second, first, beside, of);
        }

        var current = cluster.TypeOf(jobs[host].Allocation);
        var values = new double[of.Length];
        var isBetter = isFixed;
        for (var type = 0; type < values.Length; type++)
        {
            if (of[type] > 0 && beside[type] > 0)
            {
                values[type] = (of[type] * (type == current ? _stays : _moves)[host][type])
                    + (beside[type] * (type == current && isTogether ? _stays : _moves)[guest][type]);
                isBetter |= values[type] > Math.Max(_stays[host][type], _stays[guest][type]);
            }
        }

        if (isBetter)
        {
            pairs.Add(new JobPair(host, guest, values, isTogether, isFixed));
        }
    }

    // The parts of their speeds alone that two keep on a type; nothing where it does not do for one of them.
    private (double Of, double Beside) Fractions(int job, int other, int type)
    {
        var (name, count) = (cluster.Types[type], jobs[job].RequestedAccelerators);
        var own = _moves[job][type] > 0 && _moves[other][type] > 0 ? jobs[job].Colocation?.SpeedBeside(jobs[other], name, count) ?? 0 : 0;
        var others = own >= options.MinSpeedFraction ? jobs[other].Colocation?.SpeedBeside(jobs[job], name, count) ?? 0 : 0;
        return others >= options.MinSpeedFraction ? (own, others) : (0, 0);
    }

    private double StayWorth(int host, int guest, double[] of, double[] beside)
    {
        var type = cluster.TypeOf(jobs[host].Allocation);
        return type < 0 ? 0 : (_stays[host][type] * of[type]) + (_moves[guest][type] * beside[type]);
    }
}
