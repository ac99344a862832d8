using System.Collections.Immutable;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>
/// Decides after one job came or went, without a round over all: the policy is asked about a few jobs on what is free and what those few
/// hold; all others keep what they have until the next whole round. Pure: everything it needs is in the snapshots. Feasible where the
/// snapshots are, as nobody gets what another one keeps, and within the hard limits, guarantees and lending limits of tenants where they
/// are: a policy under the rules for tenants is shown what others keep as jobs that may not be touched, a few that stand for all.
/// A whole round is asked instead
/// <list type="bullet">
/// <item>where it is hardly more: as many jobs as would be asked anyway;</item>
/// <item>where more jobs have deadlines than <see cref="IncrementalOptions.Deadlines"/>: a plan of some of them would break the others';</item>
/// <item>where what jobs keep does not fit, as on a node that lost accelerators: which of them goes is for the policy.</item>
/// </list>
/// Where so many jobs could start within guarantees of their tenants that not all can be asked, nobody else is, not even those that changed,
/// and they start with the least that they run with, and those that run do not grow: what they could take does not go to others.
/// Guarantees count for what is free: jobs that could start within one go before others. What running jobs could use beyond what they
/// hold, and who has to give for a gang that is guaranteed more than is free, is for the next whole round.
/// </summary>
public static class IncrementalRound
{
    /// <summary>Decides.</summary>
    /// <param name="policy">Decides about the few.</param>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">All unfinished jobs, in the order of their submission; one that finished is no longer among them.</param>
    /// <param name="changed">Indices of jobs that came or changed, each looked at unless guarantees of others go first; empty where one has finished.</param>
    /// <param name="nowSeconds">The time, on the clock of the jobs.</param>
    /// <param name="options">How far to look; null for the defaults.</param>
    /// <returns>One decision per job, in the order of <paramref name="jobs"/>; null where the job was not looked at and keeps what it has.</returns>
    /// <exception cref="ArgumentException">An option or an index is out of its range.</exception>
    public static IReadOnlyList<JobDecision?> Decide(
        ISchedulingPolicy policy,
        ClusterSnapshot cluster,
        IReadOnlyList<JobSnapshot> jobs,
        IReadOnlyCollection<int> changed,
        double nowSeconds,
        IncrementalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(changed);
        options ??= new IncrementalOptions();
        options.Validate();
        if (changed.Any(job => job < 0 || job >= jobs.Count))
        {
            throw new ArgumentException($"changed names a job that is not among the {jobs.Count}; allowed 0 to {jobs.Count - 1}.", nameof(changed));
        }

        if (jobs.Count > options.Waiting + options.Running)
        {
            using var choice = new IncrementalChoice(cluster, jobs, policy.IsElastic, nowSeconds, options);
            if (choice.Make(changed) is { } isAsked && AskFew(policy, cluster, jobs, choice, isAsked, nowSeconds) is { } decisions)
            {
                return decisions;
            }
        }

        return policy.Decide(cluster, jobs, nowSeconds);
    }

    private static JobDecision?[]? AskFew(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IncrementalChoice choice, bool[] isAsked, double now)
    {
        var asked = Enumerable.Range(0, jobs.Count).Where(job => isAsked[job]).ToArray();
        IReadOnlyList<JobDecision> answers;
        if (GovernedPolicy.Governs(policy))
        {
            var kept = KeptJobs.Make(cluster, jobs, choice, isAsked, now);
            var all = policy.Decide(cluster, [.. kept, .. asked.Select(job => Shown(jobs[job]))], now);
            for (var i = 0; i < kept.Count; i++)
            {
                if (!all[i].Allocation.Equals(kept[i].Allocation))
                {
                    return null;
                }
            }

            answers = [.. all.Skip(kept.Count)];
        }
        else
        {
            // Knows no tenants, and takes what it likes: it is shown what is left of the nodes.
            answers = policy.Decide(Rest(cluster, jobs, isAsked), [.. asked.Select(job => Shown(jobs[job]))], now);
        }

        var decisions = new JobDecision?[jobs.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            decisions[asked[i]] = answers[i];
        }

        return decisions;

        // Who runs stays, but grows into nothing that those promised something could have who are not asked.
        JobSnapshot Shown(JobSnapshot job)
        {
            var most = Math.Max(job.MinAccelerators, Math.Min(job.MaxAccelerators, job.Allocation.Accelerators));
            return choice.IsLeast && policy.IsElastic ? job with { RequestedAccelerators = most, MaxAccelerators = most } : job;
        }
    }

    // The nodes without what others keep; they keep their numbers.
    private static ClusterSnapshot Rest(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, bool[] isAsked)
    {
        var kept = new int[cluster.Nodes.Length];
        var devices = new HashSet<(int Node, int Device)>();
        for (var job = 0; job < jobs.Count; job++)
        {
            if (isAsked[job])
            {
                continue;
            }

            if (jobs[job].Allocation.Device is { } part)
            {
                kept[part.Node] += devices.Add((part.Node, part.Device)) ? 1 : 0;
                continue;
            }

            foreach (var share in jobs[job].Allocation.Shares)
            {
                kept[share.Node] += share.Accelerators;
            }
        }

        var nodes = ImmutableArray.CreateBuilder<NodeSnapshot>(kept.Length);
        for (var node = 0; node < kept.Length; node++)
        {
            var whole = cluster.Nodes[node];
            nodes.Add(kept[node] == 0 ? whole : whole with { Accelerators = Math.Max(0, whole.Accelerators - kept[node]) });
        }

        return new ClusterSnapshot(nodes.MoveToImmutable(), cluster.Tenants, cluster.History);
    }
}
