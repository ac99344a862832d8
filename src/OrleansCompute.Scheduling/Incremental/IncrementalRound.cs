using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>
/// Decides after one job came or went, without a round over all: the policy is asked about a few jobs on what is free and what those few
/// hold; all others keep what they have until the next whole round. Pure: everything it needs is in the snapshots. Feasible where the
/// snapshots are, as nobody gets what another one keeps. Where tenants have quotas, which need all jobs to be counted, it is a whole round.
/// </summary>
public static class IncrementalRound
{
    /// <summary>Decides.</summary>
    /// <param name="policy">Decides about the few.</param>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">All unfinished jobs, in the order of their submission; one that finished is no longer among them.</param>
    /// <param name="changed">Indices of jobs that came or changed, each looked at for certain; empty where one has finished.</param>
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

        if (!cluster.Tenants.IsFlat || jobs.Count <= options.Waiting + options.Running)
        {
            return policy.Decide(cluster, jobs, nowSeconds);
        }

        var isAsked = new bool[jobs.Count];
        foreach (var job in changed.Concat(Few(cluster, jobs, options)))
        {
            isAsked[job] = true;
        }

        var asked = Enumerable.Range(0, jobs.Count).Where(job => isAsked[job]).ToArray();
        var answers = policy.Decide(Rest(cluster, jobs, isAsked), [.. asked.Select(job => jobs[job])], nowSeconds);
        var decisions = new JobDecision?[jobs.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            decisions[asked[i]] = answers[i];
        }

        return decisions;
    }

    private static IEnumerable<int> Few(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IncrementalOptions options)
    {
        var waiting = new PriorityQueue<int, (int, double, int)>();
        var running = new PriorityQueue<int, (int, int, int)>();
        for (var job = 0; job < jobs.Count; job++)
        {
            var about = jobs[job];
            if (about.Allocation.IsEmpty)
            {
                Offer(waiting, job, (about.Priority, -about.AttainedAcceleratorSeconds / about.Weight, -job), options.Waiting);
            }
            else if (about.IsPreemptible && about.Allocation.Device is null && IsMoved(cluster, about.Allocation))
            {
                // What a node that is going takes with it must be moved, however many there are.
                yield return job;
            }
            else if (about.IsPreemptible && about.Allocation.Device is null)
            {
                Offer(running, job, (-about.Priority, about.Allocation.Accelerators - about.MinAccelerators, job), options.Running);
            }
        }

        foreach (var (job, _) in waiting.UnorderedItems)
        {
            yield return job;
        }

        foreach (var (job, _) in running.UnorderedItems)
        {
            yield return job;
        }
    }

    // The smallest leaves, so that the queue holds the largest so many.
    private static void Offer<TKey>(PriorityQueue<int, TKey> queue, int job, TKey key, int most)
    {
        if (queue.Count < most)
        {
            queue.Enqueue(job, key);
        }
        else if (most > 0)
        {
            queue.EnqueueDequeue(job, key);
        }
    }

    private static bool IsMoved(ClusterSnapshot cluster, Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            if (!cluster.Nodes[share.Node].TakesWork)
            {
                return true;
            }
        }

        return false;
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
