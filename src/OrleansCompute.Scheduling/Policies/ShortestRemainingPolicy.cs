using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Shortest remaining time first, by gangs: for the clairvoyant track only, where <see cref="JobSnapshot.KnownRemainingSeconds"/> is set.
/// What is left counts in accelerator-seconds. Preempts.
/// </summary>
public sealed class ShortestRemainingPolicy : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "srtf";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of a job is not known.</exception>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return
        [
            .. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority).ThenBy(job => Left(jobs[job]))
                .ThenBy(job => jobs[job].SubmitSeconds),
        ];
    }

    private static double Left(JobSnapshot job) => job.KnownRemainingSeconds is { } seconds
        ? seconds * job.RequestedAccelerators / job.Weight
        : throw new ArgumentException($"Policy 'srtf' needs KnownRemainingSeconds of job '{job.Id}'; without it, take las or default.");
}
