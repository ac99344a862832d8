using System.Globalization;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>
/// Says at submission whether a job's deadline can be met: whether <see cref="DeadlinePlan"/> finds enough for it, and still enough for
/// every job for which it did before. Pure; a refusal searches for the earliest deadline that can be, by some thirty plans.
/// </summary>
/// <param name="options">How deadlines are planned; null for the defaults.</param>
/// <param name="lengths">How long jobs take; null where only what is stated counts. A deadline needs a stated length.</param>
public sealed class DeadlineAdmission(DeadlineOptions? options = null, JobLengths? lengths = null)
{
    private const double LongestSeconds = 10 * 365 * 86_400.0;
    private const double Precision = 1e-3;
    private readonly DeadlineOptions _options = Checked(options ?? new DeadlineOptions());
    private readonly JobLengths _lengths = lengths ?? JobLengths.None;

    /// <summary>Decides.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs without the new one.</param>
    /// <param name="job">The new one; it has a deadline.</param>
    /// <param name="nowSeconds">The time on their clock.</param>
    /// <param name="isElastic">Whether jobs may get other numbers than they requested.</param>
    /// <param name="kept">Accelerators of each type that are guaranteed to other tenants; null for none.</param>
    /// <exception cref="ArgumentException">The job has no deadline.</exception>
    public DeadlineVerdict Check(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobSnapshot job, double nowSeconds, bool isElastic, IReadOnlyList<int>? kept = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(job);
        if (job.DeadlineSeconds is not { } deadline)
        {
            throw new ArgumentException($"Job '{job.Id}' has no deadline; set DeadlineSeconds.", nameof(job));
        }

        if (_lengths.Remaining(job).Basis != ForecastBasis.Stated)
        {
            return Refuse(double.PositiveInfinity, double.PositiveInfinity, $"A deadline needs the job's length: state how long it takes with {job.RequestedAccelerators}.");
        }

        var planned = jobs.Count(other => DeadlinePlan.IsPlanned(other, _lengths, nowSeconds));
        if (planned >= _options.MaxPlanned)
        {
            return Refuse(double.PositiveInfinity, double.PositiveInfinity, $"{planned} jobs with deadlines are planned already; allowed {_options.MaxPlanned}.");
        }

        var speeds = new DeadlineSpeeds(Without(cluster, kept), job, isElastic);
        var fastest = speeds.Fastest();
        if (fastest.Type < 0)
        {
            return Refuse(double.PositiveInfinity, double.PositiveInfinity, $"Needs {Smallest(job, isElastic)} accelerators; it could never have so many of a type that it accepts.");
        }

        var least = job.RestartSeconds + (DeadlinePlan.Work(cluster, job, _lengths) / fastest.Speed);
        var met = MetBefore(cluster, jobs, nowSeconds, isElastic, kept);
        var promised = kept ?? new int[cluster.Types.Length];
        var before = DeadlinePlan.MakeFair(cluster, jobs, nowSeconds, isElastic, _options, _lengths, promised).Planned;
        if (deadline > nowSeconds && Promise(deadline) is { } share)
        {
            var type = cluster.Types[share.Type];
            return new DeadlineVerdict(
                true, share.Accelerators, type, least, deadline,
                $"Makes its deadline in {Duration(deadline - nowSeconds)} with {Amount(job, share.Accelerators)} × {type}; at best it takes {Duration(least)}, with {Amount(job, fastest.Count)} × {cluster.Types[fastest.Type]}.");
        }

        // Whether all that was promised is served takes a plan for each job that is left out, and nearly always it is: asked of what was found.
        var refused = Math.Max(0, deadline - nowSeconds);
        var high = least > refused ? least : Math.Max(1, 2 * refused);
        var earliest = Earliest(nowSeconds, refused, high, high, 2, Find);
        if (double.IsFinite(earliest) && !IsServed(earliest))
        {
            var found = earliest - nowSeconds;
            earliest = Earliest(nowSeconds, found, found * (1 + (2 * Precision)), found * 8 * Precision, 4, Promise);
        }

        var best = $"it takes {Duration(least)} at best, with {Amount(job, fastest.Count)} × {cluster.Types[fastest.Type]}";
        return Refuse(least, earliest, double.IsInfinity(earliest)
            ? $"Cannot make its deadline in {Duration(deadline - nowSeconds)}: {best}, and what others were promised leaves never enough."
            : $"Cannot make its deadline in {Duration(deadline - nowSeconds)}: {best}{(least > deadline - nowSeconds ? "" : " but others were promised what it would need")}. The earliest that can be met is in {Duration(earliest - nowSeconds)}.");

        DeadlineShare? Promise(double at) => Find(at) is { } own && IsServed(at) ? own : null;

        // A plan gives whole intervals, and whether a part finds room depends on where others are: one that was promised may seem late for some
        // rounds, and then the policy leaves out who came last. That must not be this one.
        bool IsServed(double at)
        {
            var after = DeadlinePlan.MakeFair(cluster, [.. jobs, job with { DeadlineSeconds = at }], nowSeconds, isElastic, _options, _lengths, promised);
            return after.Planned.Contains(jobs.Count) && before.All(after.Planned.Contains);
        }

        DeadlineShare? Find(double at)
        {
            // A part may have to move so that a gang finds whole accelerators: what is kept in reserve is for that, and is not given away here.
            var reserve = job.Fraction is null ? 0 : (_options.SlackFraction * (at - nowSeconds)) + (_options.SlackRestarts * job.RestartSeconds);
            if (at - reserve <= nowSeconds)
            {
                return null;
            }

            var plan = DeadlinePlan.Make(cluster, [.. jobs, job with { DeadlineSeconds = at - reserve }], nowSeconds, isElastic, _options, _lengths, kept);
            var own = plan.Shares.FirstOrDefault(candidate => candidate.Job == jobs.Count);
            return own is { CanMeet: true } && plan.Shares.Count(other => other.CanMeet && met.Contains(other.Job)) == met.Count ? own : null;
        }
    }

    // The first that can, up to a part in a thousand, and never one up to what is refused: what can be met later can nearly always be met
    // later still, but not always where parts are packed.
    private static double Earliest(double now, double low, double high, double step, double growth, Func<double, DeadlineShare?> find)
    {
        while (find(now + high) is null)
        {
            (low, high, step) = (high, high + step, step * growth);
            if (high > LongestSeconds)
            {
                return double.PositiveInfinity;
            }
        }

        while (high - low > Precision * high)
        {
            var middle = (low + high) / 2;
            (low, high) = find(now + middle) is null ? (middle, high) : (low, middle);
        }

        return now + high;
    }

    private HashSet<int> MetBefore(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, bool isElastic, IReadOnlyList<int>? kept) =>
        [.. DeadlinePlan.Make(cluster, jobs, now, isElastic, _options, _lengths, kept).Shares.Where(share => share.CanMeet).Select(share => share.Job)];

    private static ClusterSnapshot Without(ClusterSnapshot cluster, IReadOnlyList<int>? kept)
    {
        if (kept is null)
        {
            return cluster;
        }

        var left = kept.ToArray();
        return new ClusterSnapshot([.. cluster.Nodes.Select((node, i) =>
        {
            var taken = node.TakesWork ? Math.Min(node.Accelerators, left[cluster.TypeOf(i)]) : 0;
            left[cluster.TypeOf(i)] -= taken;
            return node with { Accelerators = node.Accelerators - taken };
        })], cluster.Tenants, cluster.History);
    }

    private static string Amount(JobSnapshot job, int accelerators) => (accelerators * (job.Fraction?.ComputeShare ?? 1)).ToString("0.###", CultureInfo.InvariantCulture);

    private static int Smallest(JobSnapshot job, bool isElastic) => isElastic ? job.MinAccelerators : job.RequestedAccelerators;

    private static DeadlineVerdict Refuse(double least, double earliest, string reason) => new(false, 0, null, least, earliest, reason);

    private static string Duration(double seconds)
    {
        var culture = CultureInfo.InvariantCulture;
        return seconds < 0 ? $"{Duration(-seconds)} ago".Replace("in ", "", StringComparison.Ordinal)
            : seconds < 120 ? string.Create(culture, $"{seconds:0} s")
            : seconds < 7_200 ? string.Create(culture, $"{seconds / 60:0} min")
            : seconds < 172_800 ? string.Create(culture, $"{seconds / 3_600:0.0} h")
            : string.Create(culture, $"{seconds / 86_400:0.0} days");
    }

    private static DeadlineOptions Checked(DeadlineOptions options)
    {
        options.Validate();
        return options;
    }
}
