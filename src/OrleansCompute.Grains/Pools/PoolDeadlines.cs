using System.Globalization;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Grains.Pools;

/// <summary>Says no at submission to a deadline that cannot be met, with numbers. Pure.</summary>
internal static class PoolDeadlines
{
    // By how much what is needed must exceed what is free: speeds vary with what else runs, and those from operations are rough.
    private const double MeasuredTolerance = 1.1;
    private const double OperationsTolerance = 1.25;
    private static readonly DeadlineOptions Options = new();

    // A part keeps its reserve where it is promised; here only what nothing can meet is refused.
    private static readonly DeadlineOptions Parts = new() { SlackFraction = 0, SlackRestarts = 0 };

    /// <summary>Null where the deadline can be met, or where nobody can tell how long the job takes; else sentences that say why not.</summary>
    /// <param name="question">The pool at best, with the new job as its last.</param>
    /// <param name="request">The new job.</param>
    /// <param name="mostAccelerators">Most that its tenant may hold.</param>
    public static string? ExplainLate(PoolQuestion question, JobRequest request, int mostAccelerators)
    {
        var (cluster, others, now) = (question.Cluster, question.Jobs[..^1], question.NowSeconds);
        if (question.Jobs[^1] is not { DeadlineSeconds: { } deadline } job || WorkEstimate.AtBest(request, question.Layout.BestScores) is not { } work)
        {
            return null;
        }

        var most = Math.Max(job.MinAccelerators, Math.Min(job.MaxAccelerators, mostAccelerators));
        job = work.Apply(job with { MaxAccelerators = most, RequestedAccelerators = Math.Min(job.RequestedAccelerators, most), ExpectedRemainingSeconds = null }, cluster);
        var (left, kinds) = (deadline - now, Kinds(cluster, job, request, work));
        if (kinds.Count == 0 || !kinds.TrueForAll(type => work.IsBounded(cluster.Types[type])))
        {
            return null;
        }

        var tolerance = kinds.TrueForAll(type => work.Measured.Contains(cluster.Types[type])) ? MeasuredTolerance : OperationsTolerance;
        var (kind, rate) = (cluster.Types[kinds[0]], work.Rates[cluster.Types[kinds[0]]]);
        if (job.Fraction is { } part && job.RestartSeconds + (work.Samples / (rate * part.ComputeShare)) is var partSeconds && !IsInTime(partSeconds))
        {
            return Say(part.ComputeShare * partSeconds, part.ComputeShare * left, $"It takes {Duration(partSeconds)} at best with {part.ComputeShare:0.##} of one.");
        }

        var planned = others.Count(other => other.DeadlineSeconds > now && other.ExpectedRemainingSeconds is not null);
        if (planned >= Options.MaxPlanned)
        {
            return $"{planned} unfinished jobs with deadlines are planned already; allowed {Options.MaxPlanned}. Submit it when one of them is done, or without a deadline.";
        }

        if (job.MayMixTypes && kinds.Count > 1 && job.Fraction is null)
        {
            // All that it may hold at once, none of which anybody else needs; what plans promise to others is not for gangs of several kinds.
            var gang = kinds.SelectMany(type => Enumerable.Repeat(work.Rates[cluster.Types[type]], cluster.AcceleratorsPerType[type])).Take(most).Sum();
            var seconds = job.RestartSeconds + (work.Samples / gang);
            return IsInTime(seconds) ? null : Say(seconds * gang / rate, left * gang / rate, $"It takes {Duration(seconds)} at best, with {most} of all kinds.");
        }

        var verdict = new DeadlineAdmission(job.Fraction is null ? Options : Parts).Check(cluster, others, job with { ExpectedRemainingSeconds = job.ExpectedRemainingSeconds / tolerance }, now, question.Policy.IsElastic);
        if (verdict.IsAdmitted || double.IsInfinity(verdict.LeastSeconds))
        {
            return null;
        }

        var least = job.RestartSeconds + (tolerance * (verdict.LeastSeconds - job.RestartSeconds));
        var count = job.Fraction?.ComputeShare ?? Math.Min(question.Policy.IsElastic ? most : job.RequestedAccelerators, cluster.AcceleratorsPerType[kinds[0]]);
        var earliest = double.IsInfinity(verdict.EarliestDeadlineSeconds)
            ? "" : $" The earliest deadline that can be met now is {Duration(least + Math.Max(0, verdict.EarliestDeadlineSeconds - now - verdict.LeastSeconds))} after submission.";
        return Say(
            count * least, Free(cluster, others, now, left, question.Policy.IsElastic, kinds[0], count), $"It takes {Duration(least)} at best, with {count.ToString("0.##", CultureInfo.InvariantCulture)}.{earliest}");

        bool IsInTime(double seconds) => job.RestartSeconds + ((seconds - job.RestartSeconds) / tolerance) <= left;

        string Say(double needed, double free, string rest) => string.Create(
            CultureInfo.InvariantCulture,
            $"it needs {Amount(needed)} of {kind} by {DateTimeOffset.UnixEpoch.AddSeconds(deadline).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({work.Samples:N0} samples at "
            + $"{Rate()}); "
            + $"at most {Amount(free)} are free until then. {rest} Choose a later deadline, or fewer epochs.");

        string Rate() => work.Measured.Contains(kind)
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:N0} a second on one, as a job like it was")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"no more than {rate:N0} a second on one, by {(work.Measured.Count > 0 ? "jobs like it on other kinds, " : "")}its operations and the measured speed of {kind}");
    }

    // Those that it accepts and fits into, the fastest first.
    private static List<int> Kinds(ClusterSnapshot cluster, JobSnapshot job, JobRequest request, WorkEstimate work) =>
    [
        .. Enumerable.Range(0, cluster.Types.Length)
            .Where(type => job.Accepts(cluster.Types[type]) && cluster.AcceleratorsPerType[type] > 0 && work.Rates.GetValueOrDefault(cluster.Types[type]) > 0
                && cluster.Nodes.Any(node => node.AcceleratorType == cluster.Types[type]
                    && (node.AcceleratorMemoryBytes == 0 || node.AcceleratorMemoryBytes >= request.MemoryBytes)))
            .OrderByDescending(type => work.Rates[cluster.Types[type]]),
    ];

    // Accelerator-seconds until then, without what is promised to others, or held and not to be taken.
    private static double Free(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> others, double now, double left, bool isElastic, int type, double count)
    {
        var plan = DeadlinePlan.Make(cluster, others, now, isElastic, Options, JobLengths.None);
        var planned = plan.Planned.ToHashSet();
        var promised = plan.Shares.Where(share => share.CanMeet && share.Type == type)
            .Sum(share => share.Accelerators * (others[share.Job].Fraction?.ComputeShare ?? 1) * Math.Min(left, others[share.Job].DeadlineSeconds!.Value - now));
        var kept = others.Where((other, i) => !planned.Contains(i) && !other.IsPreemptible)
            .Sum(other => cluster.CountOf(other.Allocation, type) * (other.Fraction?.ComputeShare ?? 1) * Math.Min(left, other.ExpectedRemainingSeconds ?? left));
        return Math.Max(0, Math.Min(count * left, (cluster.AcceleratorsPerType[type] * left) - promised - kept));
    }

    private static string Amount(double seconds) => Text(seconds, "accelerator ");

    private static string Duration(double seconds) => Text(seconds, "");

    private static string Text(double seconds, string of)
    {
        var (value, unit) = seconds switch
        {
            < 120 => (seconds, "seconds"),
            < 7_200 => (seconds / 60, "minutes"),
            < 172_800 => (seconds / 3_600, "hours"),
            _ => (seconds / 86_400, "days"),
        };
        return $"{value.ToString("0.0", CultureInfo.InvariantCulture)} {of}{unit}";
    }
}
