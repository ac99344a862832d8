using System.Collections.Immutable;
using System.Numerics;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// First come, first served, by gangs, without preemption, as <see cref="FifoPolicy"/>; nodes are chosen by a packing policy. A gang that
/// is larger than a node is packed as several tasks, whole nodes first; where the packing policy finds no room for all of them, few
/// nodes are taken. The workload that <c>fgd</c> expects is that of the jobs in the round.
/// </summary>
/// <param name="packing">One of <see cref="PackingPolicies.Names"/>.</param>
public sealed class PackedFifoPolicy(string packing) : GangPolicy
{
    private readonly string _packing = PackingPolicies.Names.Contains(packing)
        ? packing
        : throw new ArgumentException($"packing is '{packing}'; allowed: {string.Join(", ", PackingPolicies.Names)}.", nameof(packing));

    /// <inheritdoc/>
    public override string Name => _packing;

    /// <inheritdoc/>
    protected override bool MayPass => false;

    /// <inheritdoc/>
    protected override bool KeepsRunning => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos) =>
        [.. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].SubmitSeconds)];

    /// <inheritdoc/>
    private protected override IGangPlacer CreatePlacer(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, FreeAccelerators free) =>
        new Placer(cluster, jobs, free, _packing);

    private sealed class Placer : IGangPlacer
    {
        private readonly ClusterSnapshot _cluster;
        private readonly IReadOnlyList<JobSnapshot> _jobs;
        private readonly FreeAccelerators _free;
        private readonly PackingPool? _pool;
        private readonly IPackingPolicy? _policy;

        public Placer(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, FreeAccelerators free, string packing)
        {
            (_cluster, _jobs, _free) = (cluster, jobs, free);
            if (cluster.Types.Length <= PackingPool.MaxModels)
            {
                _pool = new PackingPool([.. Enumerable.Range(0, cluster.Nodes.Length).Select(node => new PackingNode(
                    cluster.Nodes[node].Name, $"t{cluster.TypeOf(node)}", 0, 0, Math.Min(free.Of(node), PackingPool.MaxAcceleratorsPerNode)))]);
                var counts = jobs.GroupBy(job => Math.Min(job.RequestedAccelerators, PackingPool.MaxAcceleratorsPerNode))
                    .ToDictionary(group => new PackingShape(0, 0, group.Key, 1000, ""), group => group.LongCount());
                _policy = PackingPolicies.Create(packing, _pool, TaskMix.Typical(counts), 0);
            }
        }

        public Allocation Take(int job, int type)
        {
            var shares = ImmutableArray.CreateBuilder<NodeShare>();
            var most = Math.Min(_cluster.LargestNodePerType[type], PackingPool.MaxAcceleratorsPerNode);
            for (var left = _jobs[job].RequestedAccelerators; left > 0 && _pool is not null;)
            {
                var count = Math.Min(left, most);
                var shape = _pool.ShapeOf(new PackingShape(0, 0, count, 1000, $"t{type}"));
                if (_policy!.Choose(shape) is not { } place || _free.Of(place.Node, _jobs[job]) < count || shares.Any(share => share.Node == place.Node))
                {
                    return Otherwise(job, type, shares);
                }

                _pool.Place(shape, place);
                shares.Add(new NodeShare(place.Node, count));
                left -= count;
            }

            var allocation = Allocation.Of(shares.ToImmutable());
            _free.Take(allocation, _jobs[job]);
            return allocation.IsEmpty ? Otherwise(job, type, shares) : allocation;
        }

        private Allocation Otherwise(int job, int type, IReadOnlyList<NodeShare> undone)
        {
            foreach (var share in undone)
            {
                Move(share, type, isBack: true);
            }

            var allocation = _free.TakeConsolidated(type, _jobs[job].RequestedAccelerators, _jobs[job]);
            foreach (var share in allocation.Shares)
            {
                Move(share, type, isBack: false);
            }

            return allocation;
        }

        private void Move(NodeShare share, int type, bool isBack)
        {
            // What a node has beyond what a bit mask holds, the pool does not know of.
            for (var left = share.Accelerators; left > 0 && _pool is not null; left -= PackingPool.MaxAcceleratorsPerNode)
            {
                var shape = _pool.ShapeOf(new PackingShape(0, 0, Math.Min(left, PackingPool.MaxAcceleratorsPerNode), 1000, $"t{type}"));
                if (isBack)
                {
                    var held = 0UL;
                    for (var i = 0; i < _pool.DevicesFree(share.Node).Length && BitOperations.PopCount(held) < share.Accelerators; i++)
                    {
                        held |= _pool.DevicesFree(share.Node)[i] == 0 ? 1UL << i : 0;
                    }

                    _pool.Release(shape, new PackingPlacement(share.Node, held));
                }
                else if (_pool.Fits(share.Node, shape))
                {
                    _pool.Place(shape, new PackingPlacement(share.Node, _pool.TightestDevices(share.Node, shape)));
                }
            }
        }
    }
}
