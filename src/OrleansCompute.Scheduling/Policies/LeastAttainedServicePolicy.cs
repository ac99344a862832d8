using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// The job that has held the fewest accelerator-seconds goes first, so that short jobs, which nobody knows beforehand, are not stuck
/// behind long ones. Preempts.
/// </summary>
public sealed class LeastAttainedServicePolicy : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "las";

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos) =>
        [.. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority)
            .ThenBy(job => jobs[job].AttainedAcceleratorSeconds / jobs[job].Weight).ThenBy(job => jobs[job].SubmitSeconds)];
}
