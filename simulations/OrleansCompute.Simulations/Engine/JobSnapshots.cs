using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Engine;

/// <summary>What a policy is told of simulated jobs.</summary>
internal static class JobSnapshots
{
    /// <summary>A job as it stands.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cluster">Where it runs.</param>
    /// <param name="isClairvoyant">Whether the policy is told how long it takes yet.</param>
    public static JobSnapshot Of(SimulatedJob job, ClusterSnapshot cluster, bool isClairvoyant)
    {
        var about = job.Describe();
        var isPromised = job.DeadlineSeconds is not null && !job.IsDeadlineRefused;
        var states = job.DeadlineSeconds is not null ? job.RemainingSeconds(cluster) : (double?)null;
        return about with
        {
            Tenant = job.Tenant ?? about.Tenant,
            Allocation = job.Allocation,
            SharesWith = job.Partner?.Id ?? "",
            AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds,
            RunSeconds = job.RunSeconds,
            AllocatedSeconds = job.AllocatedSeconds,
            Restarts = job.Restarts,
            RestartSeconds = job.RestartSeconds,
            Memo = job.Memo,
            DeadlineSeconds = isPromised ? job.DeadlineSeconds : about.DeadlineSeconds,
            ExpectedRemainingSeconds = states is { } seconds ? seconds * Slower(cluster, about, job.Allocation) : about.ExpectedRemainingSeconds,
            KnownRemainingSeconds = isClairvoyant ? job.RemainingSeconds(cluster) : null,
        };
    }

    // How many times longer the rest takes with what is held than with what was requested, as far as the job's model knows.
    private static double Slower(ClusterSnapshot cluster, JobSnapshot about, Allocation held) =>
        held.IsEmpty || JobSpeed.Of(cluster, about, held) is not (> 0 and var speed) ? 1 : JobSpeed.Requested(cluster, about) / speed;
}
