using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Tenants;

/// <summary>Keeps what tenants get and what they are entitled to in the course of a run. Not thread-safe.</summary>
internal sealed class TenantAccounts
{
    private readonly TenantTree _tree;
    private readonly TenantUsage _usage;
    private readonly double[] _service;
    private readonly double[] _entitled;
    private readonly double[] _floors;
    private readonly double[] _caps;
    private readonly double _score;

    /// <summary>Opens accounts.</summary>
    /// <param name="cluster">Nodes, all ready, and the tree.</param>
    public TenantAccounts(ClusterSnapshot cluster)
    {
        _tree = cluster.Tenants;
        _usage = new TenantUsage(_tree.HalfLifeSeconds);
        _service = new double[_tree.Tenants.Length];
        _entitled = new double[_service.Length];
        _floors = new double[_service.Length];
        _caps = new double[_service.Length];
        var types = cluster.Types.Select((type, i) => (Type: type, Count: cluster.AcceleratorsPerType[i], Score: ScoreOf(cluster, i))).ToList();
        _score = types.Sum(type => type.Count * type.Score) / Math.Max(1, cluster.Accelerators);
        for (var i = 0; i < _service.Length; i++)
        {
            var quota = _tree.Tenants[i];
            _floors[i] = types.Sum(type => type.Score * Math.Min(type.Count, quota.Guaranteed.GetValueOrDefault(type.Type)));
            _caps[i] = Math.Min(
                (quota.MaxAccelerators ?? double.PositiveInfinity) * _score,
                types.Sum(type => type.Score * (quota.Quota.TryGetValue(type.Type, out var most) ? Math.Min(most, type.Count) : type.Count)));
        }
    }

    /// <summary>The tree with what was used so far.</summary>
    public TenantTree TreeAt(double seconds) => _tree.WithPastUse(_usage.At(seconds));

    /// <summary>A job held what it holds for some time.</summary>
    public void Use(ClusterSnapshot cluster, SimulatedJob job, double seconds, double atSeconds)
    {
        if (_tree.IsFlat || job.Tenant is null)
        {
            return;
        }

        var use = seconds * job.Allocation.Shares.Sum(share => (job.Allocation.Device?.ComputeShare ?? share.Accelerators) * cluster.Nodes[share.Node].ScoreGflops);
        _usage.Add(job.Tenant, use, atSeconds);
        for (var tenant = _tree.IndexOf(job.Tenant); tenant >= 0; tenant = _tree.ParentOf(tenant))
        {
            _service[tenant] += use;
        }
    }

    /// <summary>A round was decided: what is held is what there was to be shared.</summary>
    public void Round(ClusterSnapshot cluster, IReadOnlyList<SimulatedJob> jobs, double roundSeconds)
    {
        if (_tree.IsFlat)
        {
            return;
        }

        var demand = new double[_service.Length];
        var held = 0.0;
        foreach (var job in jobs)
        {
            held += job.HeldFraction * job.Allocation.Shares.Sum(share => (job.Allocation.Device?.ComputeShare ?? share.Accelerators) * cluster.Nodes[share.Node].ScoreGflops);
            if (_tree.IndexOf(job.Tenant ?? "") is >= 0 and var tenant)
            {
                demand[tenant] += Math.Max(job.RequestedAccelerators, job.Allocation.Accelerators) * _score;
            }
        }

        var shares = EntitledShares.Of(_tree, demand, held, _floors, _caps);
        for (var tenant = 0; tenant < shares.Length; tenant++)
        {
            _entitled[tenant] += shares[tenant] * roundSeconds;
        }
    }

    /// <summary>How all fared.</summary>
    public ImmutableArray<TenantOutcome> Finish(IReadOnlyList<SimulatedJob> jobs)
    {
        var all = Math.Max(1e-9, _tree.ChildrenOf(-1).Sum(tenant => _service[tenant]));
        var entitled = Math.Max(1e-9, _tree.ChildrenOf(-1).Sum(tenant => _entitled[tenant]));
        var done = new List<SimulatedJob>[_service.Length];
        for (var tenant = 0; tenant < done.Length; tenant++)
        {
            done[tenant] = [];
        }

        foreach (var job in jobs.Where(job => job.IsFinished))
        {
            for (var tenant = _tree.IndexOf(job.Tenant ?? ""); tenant >= 0; tenant = _tree.ParentOf(tenant))
            {
                done[tenant].Add(job);
            }
        }

        return
        [
            .. _tree.Tenants.Select((tenant, i) => new TenantOutcome(
                tenant.Name, tenant.Parent, done[i].Count,
                done[i].Count == 0 ? double.NaN : done[i].Average(job => job.CompletionSeconds - job.SubmitSeconds),
                _service[i], _service[i] / all, _entitled[i] / entitled,
                _entitled[i] > 0 ? _service[i] / all / (_entitled[i] / entitled) : double.NaN,
                done[i].Count == 0 ? double.NaN : done[i].Average(job => (double)job.Restarts))),
        ];
    }

    /// <summary>
    /// Jain's index of service over entitlement of the tenants that have none below them: 1 where all got what they were entitled to, 1/n
    /// where one of n got all. NaN without tenants.
    /// </summary>
    public double FairnessIndex(IReadOnlyList<TenantOutcome> outcomes)
    {
        var ratios = outcomes.Where((_, i) => _tree.ChildrenOf(i).IsEmpty).Select(tenant => tenant.ServiceOverEntitlement).Where(double.IsFinite).ToList();
        var squares = ratios.Sum(ratio => ratio * ratio);
        return ratios.Count == 0 || squares == 0 ? double.NaN : Math.Pow(ratios.Sum(), 2) / (ratios.Count * squares);
    }

    private static double ScoreOf(ClusterSnapshot cluster, int type)
    {
        var nodes = Enumerable.Range(0, cluster.Nodes.Length).Where(node => cluster.TypeOf(node) == type).Select(node => cluster.Nodes[node]).ToList();
        return nodes.Sum(node => node.Accelerators * node.ScoreGflops) / Math.Max(1, nodes.Sum(node => node.Accelerators));
    }
}
