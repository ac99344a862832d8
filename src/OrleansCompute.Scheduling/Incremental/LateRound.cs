using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>
/// What a whole round decided, for the pool that there is when it is done: while the policy thought about all jobs, others decided about
/// some of them, came or went. Jobs that changed keep what they have now. Of the rest each gets what was decided, or, where that does not go
/// together with what changed, keeps what it has: whatever is left out, nothing is given twice, and no tenant exceeds its limits or takes what another
/// does not lend. Who was to stop for one that is left out goes on. Pure.
/// </summary>
public static class LateRound
{
    /// <summary>Sets a round right.</summary>
    /// <param name="cluster">What there is now; its nodes are numbered as in the round.</param>
    /// <param name="jobs">All unfinished jobs now, with what they hold.</param>
    /// <param name="decisions">What was decided, in the order of <paramref name="jobs"/>; null for each job that came or changed since the round was asked.</param>
    /// <returns>One per job; null where it keeps what it has.</returns>
    /// <exception cref="ArgumentException">There are not as many decisions as jobs.</exception>
    public static IReadOnlyList<JobDecision?> Reconcile(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision?> decisions)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(decisions);
        if (decisions.Count != jobs.Count)
        {
            throw new ArgumentException($"decisions has {decisions.Count} entries for {jobs.Count} jobs; give one each, null for none.", nameof(decisions));
        }

        var accepted = decisions.ToArray();
        var taking = new List<int>();
        for (var job = 0; job < accepted.Length; job++)
        {
            // Whoever gives something back is in nobody's way.
            if (accepted[job] is { } decision && IsTaking(jobs[job].Allocation, decision.Allocation))
            {
                taking.Add(job);
            }
        }

        if (taking.Count == 0)
        {
            return accepted;
        }

        var holdings = new LateHoldings(cluster, jobs);
        for (var job = 0; job < accepted.Length; job++)
        {
            holdings.Change(job, accepted[job]?.Allocation ?? jobs[job].Allocation, 1);
        }

        // The last in line and the least urgent give way first.
        taking.Sort((one, other) => (jobs[one].Priority, -one).CompareTo((jobs[other].Priority, -other)));
        var refused = new LateTakers(cluster, jobs, holdings, accepted, taking).Refuse();
        if (refused.Count > 0)
        {
            GiveBack(cluster, jobs, holdings, accepted, decisions, refused);
        }

        return accepted;
    }

    // Who gave something back did so for others, and some of them do not come: what nobody took it keeps, the most urgent first. For whom it
    // made room nobody says; it is left alone where it has neither a node nor a tenant in common with anybody who was refused.
    private static void GiveBack(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, LateHoldings holdings, JobDecision?[] accepted, IReadOnlyList<JobDecision?> decisions,
        IReadOnlyList<int> refused)
    {
        var nodes = refused.SelectMany(job => decisions[job]!.Allocation.Shares).Select(share => share.Node).ToHashSet();
        var tenants = cluster.Tenants.IsFlat ? [] : refused.Select(job => jobs[job].Tenant).ToHashSet(StringComparer.Ordinal);
        foreach (var job in Enumerable.Range(0, accepted.Length).Where(IsGiver).OrderByDescending(job => jobs[job].Priority))
        {
            var (held, gets) = (jobs[job].Allocation, accepted[job]!.Allocation);
            holdings.Change(job, gets, -1);
            holdings.Change(job, held, 1);
            if (holdings.Fits(job, held, gets))
            {
                accepted[job] = null;
                continue;
            }

            holdings.Change(job, held, -1);
            holdings.Change(job, gets, 1);
        }

        bool IsGiver(int job) => accepted[job] is { IsRefused: false } decision && !decision.Allocation.Equals(jobs[job].Allocation)
            && !IsTaking(jobs[job].Allocation, decision.Allocation)
            && (tenants.Contains(jobs[job].Tenant) || jobs[job].Allocation.Shares.Any(share => nodes.Contains(share.Node)));
    }

    private static bool IsTaking(Allocation held, Allocation wanted)
    {
        if (held.Equals(wanted))
        {
            return false;
        }

        if (held.Device is not null || wanted.Device is not null)
        {
            return !wanted.IsEmpty;
        }

        foreach (var share in wanted.Shares)
        {
            if (LateHoldings.CountOn(held, share.Node) < share.Accelerators)
            {
                return true;
            }
        }

        return false;
    }
}
