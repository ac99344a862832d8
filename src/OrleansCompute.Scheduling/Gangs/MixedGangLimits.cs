using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Tenancy;

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

        // Of no account is who used how much before: nobody is ranked here.
        var ledger = new TenantLedger(cluster, jobs, historyWeight: 0);
        var free = Free(cluster);
        var shared = new HashSet<(int Node, int Device)>();
        var isOpen = new bool[jobs.Count];
        for (var job = 0; job < jobs.Count; job++)
        {
            isOpen[job] = cluster.IsMixed(decisions[job].Allocation) && !Stays(jobs[job], decisions[job], nowSeconds);
            foreach (var share in isOpen[job] ? [] : decisions[job].Allocation.Shares)
            {
                var part = decisions[job].Allocation.Device;
                Take(jobs[job], share.Node, part?.ComputeShare ?? share.Accelerators, part is not { } device ? share.Accelerators : shared.Add((device.Node, device.Device)) ? 1 : 0);
            }
        }

        return [.. decisions.Select((decision, job) => isOpen[job] ? Cut(jobs[job], decision) : decision)];

        JobDecision Cut(JobSnapshot job, JobDecision decision)
        {
            var kept = new List<NodeShare>();
            var reason = "";
            foreach (var share in decision.Allocation.Shares)
            {
                var (count, limit) = Most(ledger.LeafOf(job.Tenant), cluster.TypeOf(share.Node), share.Accelerators);
                reason = limit ?? reason;
                if (count > 0)
                {
                    kept.Add(share with { Accelerators = count });
                    Take(job, share.Node, count, count);
                }
            }

            if (kept.Sum(share => share.Accelerators) >= job.MinAccelerators)
            {
                return reason.Length == 0 ? decision : decision with { Allocation = Allocation.Of([.. kept]), Reason = $"{decision.Reason}; {reason}" };
            }

            foreach (var share in kept)
            {
                Take(job, share.Node, -share.Accelerators, -share.Accelerators);
            }

            return decision with { Allocation = Allocation.None, Reason = $"needs {job.MinAccelerators}; {reason}" };
        }

        void Take(JobSnapshot job, int node, double amount, int accelerators)
        {
            ledger.Charge(ledger.LeafOf(job.Tenant), cluster.TypeOf(node), amount, job);
            free[cluster.TypeOf(node)] -= cluster.Nodes[node].TakesWork ? accelerators : 0;
        }

        // The most of a share that the limits allow, and the limit that it met; what is allowed of some is allowed of fewer.
        (int Count, string? Limit) Most(int leaf, int type, int wanted)
        {
            if (Limit(leaf, type, wanted) is not { } limit)
            {
                return (wanted, null);
            }

            var (low, high) = (0, wanted);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                (low, high) = Limit(leaf, type, middle) is null ? (middle, high) : (low, middle);
            }

            return (low, limit);
        }

        string? Limit(int leaf, int type, int count) => ledger.Blocked(leaf, type, count)
            ?? (ledger.IsGuaranteed(leaf, type, count) || free[type] - ledger.Withheld(leaf, type) >= count ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"of {free[type]} × {cluster.Types[type]} that nobody holds {ledger.Withheld(leaf, type):0.###} stay ready for tenants that lend no more"));
    }

    private static bool Stays(JobSnapshot job, JobDecision decision, double now) =>
        decision.Allocation.Equals(job.Allocation) && (!job.IsPreemptible || now - job.AllocatedSeconds < job.MinRunSeconds);

    private static int[] Free(ClusterSnapshot cluster)
    {
        var free = new int[cluster.Types.Length];
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            free[cluster.TypeOf(node)] += cluster.Nodes[node].TakesWork ? cluster.Nodes[node].Accelerators : 0;
        }

        return free;
    }
}
