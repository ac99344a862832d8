using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Decides who holds which accelerators. Pure: equal input gives equal decisions; what a policy must remember of a job it leaves in
/// <see cref="JobDecision.Memo"/>, so that the caller can store it with the job.
/// </summary>
public interface ISchedulingPolicy
{
    /// <summary>Name in configuration.</summary>
    string Name { get; }

    /// <summary>Whether it gives jobs other numbers than they requested, so that they adapt their batch to what they get.</summary>
    bool IsElastic { get; }

    /// <summary>Decides a round.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs, in the order of their submission.</param>
    /// <param name="nowSeconds">The time, on the clock of the jobs.</param>
    /// <returns>
    /// One decision per job, in the order of <paramref name="jobs"/>; together they fit the cluster, and each has the batch for what its job gets
    /// (<see cref="Speed.JobBatch.Settle"/>).
    /// </returns>
    IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds);
}
