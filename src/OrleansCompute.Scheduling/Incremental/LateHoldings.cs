using System.Runtime.InteropServices;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>Who would hold what after a round, counted by node, tenant and group. Not thread-safe.</summary>
internal sealed class LateHoldings
{
    private const double Tolerance = 1e-9;
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly TenantLedger _ledger;
    private readonly int[] _whole;
    private readonly double[] _cores;
    private readonly double[] _bytes;

    // Of each type on nodes that take work: accelerators that nobody holds.
    private readonly int[] _free;
    private readonly Dictionary<(int Node, int Device), (double Compute, long Bytes, int Jobs)> _parts = [];
    private readonly Dictionary<(string Group, int Node), int> _apart = [];

    public LateHoldings(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
    {
        (_cluster, _jobs, _ledger, _free) = (cluster, jobs, new TenantLedger(cluster, jobs, 0), [.. cluster.AcceleratorsPerType]);
        _whole = new int[cluster.Nodes.Length];
        _cores = new double[_whole.Length];
        _bytes = new double[_whole.Length];
    }

    /// <summary>Accelerators of an allocation on one node.</summary>
    public static int CountOn(Allocation allocation, int node)
    {
        foreach (var share in allocation.Shares)
        {
            if (share.Node == node)
            {
                return share.Accelerators;
            }
        }

        return 0;
    }

    /// <summary>Adds what a job holds, or with -1 takes it away.</summary>
    public void Change(int job, Allocation allocation, int sign)
    {
        var about = _jobs[job];
        foreach (var share in allocation.Shares)
        {
            if (share.Node >= _whole.Length)
            {
                continue;
            }

            var (type, amount) = (_cluster.TypeOf(share.Node), allocation.Device?.ComputeShare ?? share.Accelerators);
            _ledger.Charge(_ledger.LeafOf(about.Tenant), type, sign * amount, about);
            _cores[share.Node] += sign * amount * about.CpuCoresPerAccelerator;
            _bytes[share.Node] += sign * amount * about.HostMemoryBytesPerAccelerator;
            var opened = allocation.Device is { } part ? Open(part, sign) : sign * share.Accelerators;
            _whole[share.Node] += opened;
            _free[type] -= _cluster.Nodes[share.Node].TakesWork ? opened : 0;
            if (about is { IsAntiAffine: true, AffinityGroup.Length: > 0 })
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_apart, (about.AffinityGroup, share.Node), out _) += sign;
            }
        }
    }

    /// <summary>Whether what a job is to hold, counted already, goes together with what all others are: where it takes more than it keeps anyway.</summary>
    public bool Fits(int job, Allocation wanted, Allocation kept)
    {
        var (about, leaf) = (_jobs[job], _ledger.LeafOf(_jobs[job].Tenant));
        foreach (var share in wanted.Shares)
        {
            var isKept = wanted.Device is null ? CountOn(kept, share.Node) >= share.Accelerators : wanted.Equals(kept);
            if (isKept)
            {
                continue;
            }

            if (share.Node >= _whole.Length || !_cluster.Nodes[share.Node].TakesWork)
            {
                return false;
            }

            var (node, type) = (_cluster.Nodes[share.Node], _cluster.TypeOf(share.Node));
            if (_whole[share.Node] > node.Accelerators || (node.CpuCores > 0 && _cores[share.Node] > node.CpuCores + Tolerance)
                || (node.HostMemoryBytes > 0 && _bytes[share.Node] > node.HostMemoryBytes + Tolerance)
                || (wanted.Device is { } part && !HasRoom(node, _parts[(part.Node, part.Device)])))
            {
                return false;
            }

            // Beyond what it is guaranteed nobody takes what others do not lend.
            if (_ledger.Blocked(leaf, type, 0) is not null
                || (!_ledger.IsGuaranteed(leaf, type, 0) && _free[type] + Tolerance < _ledger.Withheld(leaf, type)))
            {
                return false;
            }

            if (about is { IsAntiAffine: true, AffinityGroup.Length: > 0 } && _apart[(about.AffinityGroup, share.Node)] > 1)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasRoom(NodeSnapshot node, (double Compute, long Bytes, int Jobs) device) =>
        device.Compute <= 1 + Tolerance && (node.AcceleratorMemoryBytes == 0 || device.Bytes <= node.AcceleratorMemoryBytes);

    // An accelerator is taken as a whole by the first part of it, and free after the last.
    private int Open(DeviceShare part, int sign)
    {
        ref var device = ref CollectionsMarshal.GetValueRefOrAddDefault(_parts, (part.Node, part.Device), out _);
        var before = device.Jobs;
        device = (device.Compute + (sign * part.ComputeShare), device.Bytes + (sign * part.MemoryBytes), before + sign);
        return (before, device.Jobs) switch
        {
            (0, > 0) => 1,
            ( > 0, 0) => -1,
            _ => 0,
        };
    }
}
