using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>How many accelerators of a type the limits of its tenant, and what others keep ready for themselves, leave to a gang. Not thread-safe.</summary>
internal sealed class GangRoom
{
    private readonly ClusterSnapshot _cluster;
    private readonly TenantLedger _ledger;
    private readonly int[] _free;

    // Jobs that hold parts of a device, by device: it is not free from the first to the last.
    private readonly Dictionary<(int Node, int Device), int> _shared = [];

    /// <param name="cluster">The cluster, of which nothing is held yet.</param>
    /// <param name="jobs">All jobs whose tenants may be asked about.</param>
    public GangRoom(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
    {
        // Of no account is who used how much before: nobody is ranked here.
        (_cluster, _ledger, _free) = (cluster, new TenantLedger(cluster, jobs, historyWeight: 0), new int[cluster.Types.Length]);
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            _free[cluster.TypeOf(node)] += cluster.Nodes[node].TakesWork ? cluster.Nodes[node].Accelerators : 0;
        }
    }

    /// <summary>Gives, or with -1 takes back.</summary>
    public void Charge(JobSnapshot job, Allocation allocation, int sign)
    {
        foreach (var share in allocation.Shares)
        {
            if (allocation.Device is not { } part)
            {
                Charge(job, share, sign);
                continue;
            }

            var holders = _shared[(part.Node, part.Device)] = _shared.GetValueOrDefault((part.Node, part.Device)) + sign;
            Charge(job, share.Node, sign * part.ComputeShare, holders == (sign > 0 ? 1 : 0) ? sign : 0);
        }
    }

    /// <summary>The same for whole accelerators.</summary>
    public void Charge(JobSnapshot job, NodeShare share, int sign) => Charge(job, share.Node, sign * share.Accelerators, sign * share.Accelerators);

    /// <summary>The most of a type that the job may have, up to what it wants.</summary>
    public int Most(JobSnapshot job, int type, int wanted) => Most(job, type, wanted, out _);

    /// <summary>The same, and the limit that it met; what is allowed of some is allowed of fewer.</summary>
    public int Most(JobSnapshot job, int type, int wanted, out string? limit)
    {
        var leaf = _ledger.LeafOf(job.Tenant);
        limit = wanted > 0 ? Limit(leaf, type, wanted) : null;
        if (limit is null)
        {
            return wanted;
        }

        var (low, high) = (0, wanted);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Limit(leaf, type, middle) is null ? (middle, high) : (low, middle);
        }

        return low;
    }

    private string? Limit(int leaf, int type, int count) => _ledger.Blocked(leaf, type, count)
        ?? (_ledger.IsGuaranteed(leaf, type, count) || _free[type] - _ledger.Withheld(leaf, type) >= count ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"of {_free[type]} × {_cluster.Types[type]} that nobody holds {_ledger.Withheld(leaf, type):0.###} stay ready for tenants that lend no more"));

    private void Charge(JobSnapshot job, int node, double amount, int accelerators)
    {
        var type = _cluster.TypeOf(node);
        _ledger.Charge(_ledger.LeafOf(job.Tenant), type, amount, job);
        _free[type] -= _cluster.Nodes[node].TakesWork ? accelerators : 0;
    }
}
