using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Fractions;

/// <summary>
/// What is free, as a packing policy sees it: thousandths of accelerators, cores and MiB. It proposes; memory of the accelerators, and
/// shares that are no thousandths, are for the caller to check.
/// </summary>
internal sealed class PackingView
{
    private readonly PackingPool? _pool;
    private readonly IPackingPolicy? _policy;
    private readonly PackingMix _mix;
    private readonly ClusterSnapshot _cluster;
    private readonly SharedDevices _devices;

    public PackingView(ClusterSnapshot cluster, SharedDevices devices, PackingMix mix, string packing)
    {
        (_cluster, _devices, _mix) = (cluster, devices, mix);
        if (cluster.Types.Length > PackingPool.MaxModels)
        {
            return;
        }

        _pool = new PackingPool([.. Enumerable.Range(0, cluster.Nodes.Length).Select(Node)]);
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            var open = devices.On(node);
            for (var i = 0; i < Math.Min(open.Count, _pool.DevicesFree(node).Length); i++)
            {
                var used = 1000 - (int)Math.Round(1000 * open[i].ComputeLeft);
                if (used > 0)
                {
                    _pool.Place(_pool.ShapeOf(new PackingShape(0, 0, 1, Math.Min(used, 1000), "")), new PackingPlacement(node, 1UL << i));
                }
            }
        }

        _policy = PackingPolicies.Create(packing, _pool, mix.Typical, 0);
        if (_policy is BalancedGradientPacking learner)
        {
            foreach (var (shape, count) in mix.Counts)
            {
                for (var i = 0; i < Math.Min(count, 100); i++)
                {
                    learner.Observe(_pool.ShapeOf(shape));
                }
            }
        }
    }

    /// <summary>Node and accelerator; -1 for one that is not shared yet. Null where it sees no room.</summary>
    public (int Node, int Device)? Propose(int job)
    {
        if (_pool is null || _policy!.Choose(_pool.ShapeOf(_mix.ShapeOf(job))) is not { } placement)
        {
            return null;
        }

        var device = System.Numerics.BitOperations.TrailingZeroCount(placement.Devices);
        var open = _devices.On(placement.Node);
        return (placement.Node, device < open.Count ? open[device].Index : -1);
    }

    /// <summary>Notes that a job got its part; false where the view cannot follow and is to be made anew.</summary>
    /// <param name="job">Index of the job.</param>
    /// <param name="node">Node.</param>
    /// <param name="position">Which of the node's shared accelerators it is on, by their order.</param>
    public bool TryPlace(int job, int node, int position)
    {
        if (_pool is null)
        {
            return true;
        }

        var shape = _mix.ShapeOf(job);
        var free = _pool.DevicesFree(node);
        if (position >= free.Length || free[position] < shape.ShareMilli || !_pool.Fits(node, _pool.ShapeOf(shape)))
        {
            return false;
        }

        _pool.Place(_pool.ShapeOf(shape), new PackingPlacement(node, 1UL << position));
        return true;
    }

    private PackingNode Node(int index)
    {
        var node = _cluster.Nodes[index];
        var cores = _devices.CoresLeft(index);
        var bytes = _devices.BytesLeft(index);
        var count = node.TakesWork ? Math.Min(PackingPool.MaxAcceleratorsPerNode, _devices.On(index).Count + Math.Max(0, _devices.Fresh(index))) : 0;
        return new PackingNode(
            node.Name, $"t{_cluster.TypeOf(index)}", (int)Math.Clamp(1000 * cores, 0, int.MaxValue / 2),
            (long)Math.Clamp(bytes / (1 << 20), 0, long.MaxValue / 4), count);
    }
}
