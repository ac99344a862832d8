using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>How much a round disturbs what runs.</summary>
internal static class Disruption
{
    /// <summary>Null where the decisions disturb no more than allowed; else the running jobs that must be left alone in another try.</summary>
    /// <remarks>
    /// Of the jobs that would be disturbed, those on draining nodes go first, then the lowest priority, the youngest, and those that lose
    /// least by a restart, while they add up to no more than the limit; at least one goes.
    /// </remarks>
    public static bool[]? Excess(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, double fraction)
    {
        var running = Enumerable.Range(0, jobs.Count).Where(job => GovernedRound.IsThere(cluster, jobs[job].Allocation)).ToList();
        var disturbed = running.Where(job => !jobs[job].Allocation.Equals(decisions[job].Allocation)).ToList();
        var limit = fraction * running.Sum(job => jobs[job].Allocation.Amount);
        if (disturbed.Count < 2 || disturbed.Sum(job => jobs[job].Allocation.Amount) <= limit)
        {
            return null;
        }

        var mayGo = new HashSet<int>();
        var sum = 0.0;
        foreach (var job in disturbed.OrderByDescending(IsDraining).ThenBy(job => jobs[job].Priority).ThenByDescending(job => jobs[job].AllocatedSeconds)
            .ThenBy(job => jobs[job].RestartSeconds * jobs[job].Allocation.Amount))
        {
            sum += jobs[job].Allocation.Amount;
            if (mayGo.Count > 0 && sum > limit)
            {
                break;
            }

            mayGo.Add(job);
        }

        var pinned = new bool[jobs.Count];
        foreach (var job in running)
        {
            pinned[job] = !mayGo.Contains(job);
        }

        return pinned;

        bool IsDraining(int job) => jobs[job].Allocation.Shares.Any(share => cluster.Nodes[share.Node].IsDraining);
    }
}
