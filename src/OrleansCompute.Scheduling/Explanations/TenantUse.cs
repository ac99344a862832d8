using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What each tenant, with all below it, holds after a round, and which of its limits a job meets.</summary>
internal sealed class TenantUse
{
    private const double Tolerance = 1e-9;
    private readonly ClusterSnapshot _cluster;
    private readonly TenantTree _tree;
    private readonly double[,] _used;
    private readonly bool[] _isActive;
    private readonly double _unnamed;

    public TenantUse(PoolRound round)
    {
        (_cluster, _tree) = (round.Cluster, round.Cluster.Tenants);
        _used = new double[_tree.Tenants.Length, Math.Max(1, _cluster.Types.Length)];
        _isActive = new bool[_tree.Tenants.Length];
        var unnamed = new HashSet<string>(StringComparer.Ordinal);
        for (var job = 0; job < round.Jobs.Length && !_tree.IsFlat; job++)
        {
            var to = round.Decisions[job].Allocation;
            if (_tree.IndexOf(round.Jobs[job].Tenant) < 0)
            {
                unnamed.Add(round.Jobs[job].Tenant);
            }

            foreach (var tenant in Chain(round.Jobs[job].Tenant))
            {
                _isActive[tenant] = true;
                for (var type = 0; type < _cluster.Types.Length; type++)
                {
                    _used[tenant, type] += _cluster.CountOf(to, type) * (to.Device?.ComputeShare ?? 1);
                }
            }
        }

        _unnamed = unnamed.Count;
    }

    /// <summary>Hard limits in the tenant's chain that so much more would break: those of a type where it breaks on it.</summary>
    public IEnumerable<BindingLimit> Limits(JobSnapshot job, double needed, IEnumerable<string> types)
    {
        foreach (var tenant in Chain(job.Tenant))
        {
            var quota = _tree.Tenants[tenant];
            foreach (var name in types)
            {
                var used = _used[tenant, _cluster.Types.IndexOf(name)];
                if (quota.Quota.TryGetValue(name, out var most) && used + needed > most + Tolerance)
                {
                    yield return new BindingLimit(LimitKind.Quota, needed, used, most, name, quota.Name);
                }
            }

            if (quota.MaxAccelerators is { } all && Total(tenant) + needed > all + Tolerance)
            {
                yield return new BindingLimit(LimitKind.Quota, needed, Total(tenant), all, null, quota.Name);
            }

            if (quota.BorrowingLimit is { } limit && Borrowed(tenant) is var borrowed
                && types.All(name => Borrowed(tenant, _cluster.Types.IndexOf(name), needed) > limit + Tolerance))
            {
                yield return new BindingLimit(LimitKind.Borrowing, needed, borrowed, limit, null, quota.Name);
            }
        }
    }

    /// <summary>Tenants of the chain that hold as much as their weight entitles them to while their neighbours want theirs.</summary>
    public IEnumerable<BindingLimit> FairShares(JobSnapshot job, double needed)
    {
        var chain = Chain(job.Tenant).Reverse().ToImmutableArray();
        var entitled = (double)_cluster.Accelerators;
        foreach (var tenant in chain)
        {
            var parent = _tree.ParentOf(tenant);
            var weights = _tree.ChildrenOf(parent).Where(other => _isActive[other]).Sum(other => _tree.Tenants[other].Weight) + (parent < 0 ? _unnamed : 0);
            entitled *= _tree.Tenants[tenant].Weight / weights;
            if (weights > _tree.Tenants[tenant].Weight && Total(tenant) + needed > entitled + Tolerance)
            {
                yield return new BindingLimit(LimitKind.FairShare, needed, Total(tenant), entitled, null, _tree.Tenants[tenant].Name);
            }
        }
    }

    private IEnumerable<int> Chain(string name)
    {
        for (var tenant = _tree.IndexOf(name); tenant >= 0; tenant = _tree.ParentOf(tenant))
        {
            yield return tenant;
        }
    }

    private double Total(int tenant) => Enumerable.Range(0, _cluster.Types.Length).Sum(type => _used[tenant, type]);

    private double Borrowed(int tenant, int moreOf = -1, double more = 0) => Enumerable.Range(0, _cluster.Types.Length).Sum(type => Math.Max(
        0, _used[tenant, type] + (type == moreOf ? more : 0) - _tree.Tenants[tenant].Guaranteed.GetValueOrDefault(_cluster.Types[type])));
}
