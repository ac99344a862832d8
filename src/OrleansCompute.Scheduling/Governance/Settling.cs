using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>Jobs that have just got what they hold, and would be stopped although nobody who goes before them needs it.</summary>
internal static class Settling
{
    /// <summary>Adds the jobs that are not stopped in another try to those of tries before; null where there are none to add.</summary>
    /// <remarks>
    /// A job may be stopped for a higher priority, and where tenants have shares for another tenant: shares have a quantum of their own, and
    /// guarantees do not wait. Who is stopped because its nodes go is not held.
    /// </remarks>
    public static bool[]? Add(
        bool[]? before, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, double restarts, double now)
    {
        bool[]? kept = null;
        for (var job = 0; job < jobs.Count; job++)
        {
            var held = jobs[job].Allocation;
            if (held.IsEmpty || !decisions[job].Allocation.IsEmpty || decisions[job].IsRefused || before?[job] == true
                || now - jobs[job].AllocatedSeconds >= restarts * jobs[job].RestartSeconds || !held.Shares.All(share => cluster.Nodes[share.Node].TakesWork))
            {
                continue;
            }

            var (gains, mayGo) = (false, false);
            for (var other = 0; other < jobs.Count && !mayGo; other++)
            {
                if (decisions[other].Allocation.Amount > jobs[other].Allocation.Amount + 1e-9)
                {
                    gains = true;
                    mayGo = jobs[other].Priority > jobs[job].Priority || (!cluster.Tenants.IsFlat && jobs[other].Tenant != jobs[job].Tenant);
                }
            }

            if (gains && !mayGo)
            {
                kept ??= before is null ? new bool[jobs.Count] : [.. before];
                kept[job] = true;
            }
        }

        return kept;
    }
}
