using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>
/// Keeps gangs of several kinds within the hard limits of their tenants, and off what others keep ready for themselves: mixing takes what
/// the rules for tenants left over, and does not count itself. A gang that is above is cut, the kind that came last first; below its least
/// number it waits. What may not be preempted, or not yet, keeps its place, as it does under the rules for tenants. Pure.
/// </summary>
/// <param name="inner">Decides; what it gives of one kind is within the limits.</param>
public sealed class MixedGangLimits(ISchedulingPolicy inner) : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    ISchedulingPolicy IPolicyDecorator.Inner => _inner;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var decisions = _inner.Decide(cluster, jobs, nowSeconds);
        if (cluster.Tenants.IsFlat || !decisions.Any(decision => cluster.IsMixed(decision.Allocation)))
        {
            return decisions;
        }

        var room = new GangRoom(cluster, jobs);
        var isOpen = new bool[jobs.Count];
        for (var job = 0; job < jobs.Count; job++)
        {
            isOpen[job] = cluster.IsMixed(decisions[job].Allocation) && !Stays(jobs[job], decisions[job], nowSeconds);
            if (!isOpen[job])
            {
                room.Charge(jobs[job], decisions[job].Allocation, 1);
            }
        }

        return [.. decisions.Select((decision, job) => isOpen[job] ? Cut(jobs[job], decision) : decision)];

        JobDecision Cut(JobSnapshot job, JobDecision decision)
        {
            var kept = new List<NodeShare>();
            var reason = "";
            foreach (var share in decision.Allocation.Shares)
            {
                var count = room.Most(job, cluster.TypeOf(share.Node), share.Accelerators, out var limit);
                reason = limit ?? reason;
                if (count > 0)
                {
                    kept.Add(share with { Accelerators = count });
                    room.Charge(job, kept[^1], 1);
                }
            }

            if (kept.Sum(share => share.Accelerators) >= job.MinAccelerators)
            {
                return reason.Length == 0 ? decision : decision with { Allocation = Allocation.Of([.. kept]), Reason = $"{decision.Reason}; {reason}" };
            }

            foreach (var share in kept)
            {
                room.Charge(job, share, -1);
            }

            return decision with { Allocation = Allocation.None, Reason = $"needs {job.MinAccelerators}; {reason}" };
        }
    }

    private static bool Stays(JobSnapshot job, JobDecision decision, double now) =>
        decision.Allocation.Equals(job.Allocation) && (!job.IsPreemptible || now - job.AllocatedSeconds < job.MinRunSeconds);
}
