using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What a policy was asked, and what it answered. Immutable.</summary>
public sealed class PoolRound
{
    private readonly Dictionary<string, int> _byId;

    /// <summary>A round whose answer is known.</summary>
    /// <param name="policy">The policy, for further questions.</param>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">Unfinished jobs.</param>
    /// <param name="nowSeconds">The time on their clock.</param>
    /// <param name="decisions">One per job, in their order.</param>
    /// <exception cref="ArgumentException">Two jobs have one name, or there is not one decision per job.</exception>
    public PoolRound(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, IReadOnlyList<JobDecision> decisions)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(decisions);
        if (decisions.Count != jobs.Count)
        {
            throw new ArgumentException($"decisions has {decisions.Count} entries; there must be one per job, {jobs.Count}.", nameof(decisions));
        }

        (Policy, Cluster, Jobs, NowSeconds, Decisions) = (policy, cluster, [.. jobs], nowSeconds, [.. decisions]);
        _byId = new Dictionary<string, int>(jobs.Count, StringComparer.Ordinal);
        for (var i = 0; i < jobs.Count; i++)
        {
            if (!_byId.TryAdd(jobs[i].Id, i))
            {
                throw new ArgumentException($"jobs[{i}] is named '{jobs[i].Id}' as another job is; names must differ.", nameof(jobs));
            }
        }
    }

    /// <summary>The policy.</summary>
    public ISchedulingPolicy Policy { get; }

    /// <summary>What there is.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>Unfinished jobs.</summary>
    public ImmutableArray<JobSnapshot> Jobs { get; }

    /// <summary>The time on their clock.</summary>
    public double NowSeconds { get; }

    /// <summary>One per job.</summary>
    public ImmutableArray<JobDecision> Decisions { get; }

    /// <summary>Asks the policy.</summary>
    public static PoolRound Ask(ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PoolRound(policy, cluster, jobs, nowSeconds, policy.Decide(cluster, jobs, nowSeconds));
    }

    /// <summary>Index of a job; -1 where there is none of this name.</summary>
    public int IndexOf(string jobId) => _byId.GetValueOrDefault(jobId, -1);

    /// <summary>Asks the same policy about the pool with changes. Nodes keep their numbers; those that come are added at the end.</summary>
    /// <exception cref="ArgumentException">A change names what is not there, or asks for what is impossible.</exception>
    public PoolRound With(PoolChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangedPool.Ask(this, change);
    }
}
