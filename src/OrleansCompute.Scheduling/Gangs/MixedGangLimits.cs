using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>
/// Keeps gangs of several kinds within the hard limits of their tenants: mixing takes what the rules for tenants left over, and does not
/// count itself. A gang that is above is cut, the kind that came last first; below its least number it waits. Pure.
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

        var held = new Dictionary<(int Tenant, int Type), double>();
        for (var job = 0; job < jobs.Count; job++)
        {
            if (!cluster.IsMixed(decisions[job].Allocation))
            {
                foreach (var share in decisions[job].Allocation.Shares)
                {
                    Take(jobs[job], share.Node, decisions[job].Allocation.Device?.ComputeShare ?? share.Accelerators);
                }
            }
        }

        return [.. decisions.Select((decision, job) => cluster.IsMixed(decision.Allocation) ? Cut(jobs[job], decision) : decision)];

        JobDecision Cut(JobSnapshot job, JobDecision decision)
        {
            var kept = new List<NodeShare>();
            var reason = "";
            foreach (var share in decision.Allocation.Shares)
            {
                var room = Room(job, share.Node, out var limit);
                var count = (int)Math.Min(share.Accelerators, room);
                reason = count < share.Accelerators ? limit : reason;
                if (count > 0)
                {
                    kept.Add(share with { Accelerators = count });
                    Take(job, share.Node, count);
                }
            }

            if (kept.Sum(share => share.Accelerators) >= job.MinAccelerators)
            {
                return reason.Length == 0 ? decision : decision with { Allocation = Allocation.Of([.. kept]), Reason = $"{decision.Reason}; {reason}" };
            }

            foreach (var share in kept)
            {
                Take(job, share.Node, -share.Accelerators);
            }

            return decision with { Allocation = Allocation.None, Reason = $"needs {job.MinAccelerators}; {reason}" };
        }

        void Take(JobSnapshot job, int node, double count)
        {
            for (var tenant = cluster.Tenants.IndexOf(job.Tenant); tenant >= 0; tenant = cluster.Tenants.ParentOf(tenant))
            {
                held[(tenant, -1)] = held.GetValueOrDefault((tenant, -1)) + count;
                held[(tenant, cluster.TypeOf(node))] = held.GetValueOrDefault((tenant, cluster.TypeOf(node))) + count;
            }
        }

        double Room(JobSnapshot job, int node, out string limit)
        {
            var room = double.PositiveInfinity;
            limit = "";
            for (var tenant = cluster.Tenants.IndexOf(job.Tenant); tenant >= 0; tenant = cluster.Tenants.ParentOf(tenant))
            {
                var quota = cluster.Tenants.Tenants[tenant];
                var (type, all) = (held.GetValueOrDefault((tenant, cluster.TypeOf(node))), held.GetValueOrDefault((tenant, -1)));
                if (quota.MaxAccelerators is { } most && most - all < room)
                {
                    (room, limit) = (most - all, $"tenant {quota.Name} holds {all} of the {most} it may hold");
                }

                var kind = cluster.Types[cluster.TypeOf(node)];
                if (quota.Quota.TryGetValue(kind, out var ofKind) && ofKind - type < room)
                {
                    (room, limit) = (ofKind - type, $"tenant {quota.Name} holds {type} of the {ofKind} × {kind} it may hold");
                }

                // Also what is left of its guarantee of this kind is no borrowing.
                if (quota.BorrowingLimit is { } lent && lent - Borrowed(tenant) + Math.Max(0, quota.Guaranteed.GetValueOrDefault(kind) - type) is var more && more < room)
                {
                    (room, limit) = (more, $"tenant {quota.Name} holds {Borrowed(tenant)} more than it is guaranteed; it may borrow {lent}");
                }
            }

            return Math.Max(0, room);
        }

        double Borrowed(int tenant) => cluster.Types.Select(
            (kind, type) => Math.Max(0, held.GetValueOrDefault((tenant, type)) - cluster.Tenants.Tenants[tenant].Guaranteed.GetValueOrDefault(kind))).Sum();
    }
}
