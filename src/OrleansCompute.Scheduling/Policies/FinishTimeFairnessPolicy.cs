using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Finish-time fairness (Themis, NSDI 2020) without knowledge of lengths: the job goes first whose age is the largest multiple of what
/// an equal share of the cluster would have needed for the service it got. Preempts.
/// </summary>
public sealed class FinishTimeFairnessPolicy : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "ftf";

    /// <inheritdoc/>
    protected override double QuantumRestarts => 10;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var share = Math.Max(1.0, cluster.Accelerators / (double)Math.Max(1, jobs.Count));
        return
        [
            .. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority).ThenByDescending(job => Ratio(jobs[job]))
                .ThenBy(job => jobs[job].SubmitSeconds),
        ];

        double Ratio(JobSnapshot job)
        {
            var alone = job.AttainedAcceleratorSeconds / Math.Min(share, job.RequestedAccelerators);
            return job.Weight * (nowSeconds - job.SubmitSeconds) / Math.Max(1e-9, alone);
        }
    }
}
