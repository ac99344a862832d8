using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// The batch that belongs to what a job gets: the third part of a decision, beside the type and the number of its accelerators. It is a function of
/// these and of what is known of the job, so that whoever changes an allocation, for whatever reason, changes the batch with it. Pure.
/// </summary>
public static class JobBatch
{
    /// <summary>Samples of a step over all accelerators of an allocation; null where the job's batch is fixed, or it gets nothing.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="job">The job.</param>
    /// <param name="allocation">What it gets.</param>
    public static int? Of(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(allocation);
        if (job.Batches is not { } limits || allocation.IsEmpty)
        {
            return null;
        }

        // Rounding to whole passes may go beyond what was asked for by a few samples.
        return Math.Clamp(
            job.Goodput?.Batch(Workers(cluster, job, allocation), allocation.Nodes) ?? limits.Smallest(allocation.Accelerators), limits.InitialBatch, limits.MaxBatch);
    }

    /// <summary>The same decisions, each with the batch for its allocation; the list itself where each has it.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="decisions">One per job, in their order.</param>
    public static IReadOnlyList<JobDecision> Settle(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(decisions);
        JobDecision[]? settled = null;
        for (var job = 0; job < decisions.Count; job++)
        {
            var decision = decisions[job];
            if (decision.BatchFor is { } chosen && ReferenceEquals(chosen, decision.Allocation))
            {
                // On its way through policies that left it alone.
                continue;
            }

            var batch = Of(cluster, jobs[job], decision.Allocation);
            if (batch != decision.Batch || batch is not null)
            {
                settled ??= [.. decisions];
                settled[job] = decision with { Batch = batch, BatchFor = batch is null ? null : decision.Allocation };
            }
        }

        return settled ?? decisions;
    }

    private static BatchWorker[] Workers(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation)
    {
        if (cluster.TypeOf(allocation) is >= 0 and var only)
        {
            return [new BatchWorker(cluster.Types[only], 1.0 / allocation.Accelerators, allocation.Accelerators)];
        }

        // Those of one type are alike.
        var parts = MixedGang.BatchParts(cluster, job, allocation);
        return
        [
            .. allocation.Shares.Zip(parts).GroupBy(share => cluster.TypeOf(share.First.Node)).Select(type => new BatchWorker(
                cluster.Types[type.Key], type.First().Second, type.Sum(share => share.First.Accelerators))),
        ];
    }
}
