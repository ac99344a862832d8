using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>First come, first served, by gangs, without preemption; nobody passes the job at the head. Higher priorities come first.</summary>
public sealed class FifoPolicy : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "fifo";

    /// <inheritdoc/>
    protected override bool MayPass => false;

    /// <inheritdoc/>
    protected override bool KeepsRunning => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos) =>
        [.. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].SubmitSeconds)];
}
