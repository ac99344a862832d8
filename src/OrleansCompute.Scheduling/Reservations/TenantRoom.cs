using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// What tenants' hard limits leave, and what is promised to others, before a round is decided: a job that goes first by its wait or its
/// deadline goes first within these. Not thread-safe.
/// </summary>
internal sealed class TenantRoom
{
    private const double Tolerance = 1e-9;
    private readonly ClusterSnapshot _cluster;
    private readonly TenantTree _tree;
    private readonly double[,] _used;
    private readonly double[,] _wanted;
    private readonly List<int> _promising = [];

    /// <summary>Counts what jobs hold, and what those that count as wanting want.</summary>
    public TenantRoom(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, Func<int, bool>? wants = null)
    {
        (_cluster, _tree) = (cluster, cluster.Tenants);
        _used = new double[_tree.Tenants.Length, Math.Max(1, cluster.Types.Length)];
        _wanted = new double[_tree.Tenants.Length, Math.Max(1, cluster.Types.Length)];
        for (var job = 0; job < jobs.Count && !_tree.IsFlat; job++)
        {
            for (var type = 0; type < cluster.Types.Length; type++)
            {
                var held = cluster.CountOf(jobs[job].Allocation, type) * (jobs[job].Allocation.Device?.ComputeShare ?? 1);
                var wanted = jobs[job].Allocation.IsEmpty && jobs[job].Accepts(cluster.Types[type]) ? jobs[job].RequestedAmount : held;
                for (var tenant = _tree.IndexOf(jobs[job].Tenant); tenant >= 0 && wanted > 0; tenant = _tree.ParentOf(tenant))
                {
                    _used[tenant, type] += held;
                    _wanted[tenant, type] += wants is null || wants(job) ? wanted : 0;
                }
            }
        }

        // A promise of the parent covers those of its children: the outermost counts.
        for (var tenant = 0; tenant < _tree.Tenants.Length; tenant++)
        {
            if (!_tree.Tenants[tenant].Guaranteed.IsEmpty && !_promising.Exists(outer => IsWithin(tenant, outer)))
            {
                _promising.Add(tenant);
            }
        }
    }

    /// <summary>Whether the hard limits of a tenant, and of all above it, leave room for so many more.</summary>
    public bool Allows(string name, int type, double more)
    {
        for (var tenant = _tree.IndexOf(name); tenant >= 0 && more > 0; tenant = _tree.ParentOf(tenant))
        {
            var quota = _tree.Tenants[tenant];
            var (total, borrowed) = (0.0, 0.0);
            for (var t = 0; t < _cluster.Types.Length; t++)
            {
                var used = _used[tenant, t] + (t == type ? more : 0);
                total += used;
                borrowed += Math.Max(0, used - quota.Guaranteed.GetValueOrDefault(_cluster.Types[t]));
            }

            if ((quota.Quota.TryGetValue(_cluster.Types[type], out var most) && _used[tenant, type] + more > most + Tolerance)
                || total > (quota.MaxAccelerators ?? double.PositiveInfinity) + Tolerance
                || borrowed > (quota.BorrowingLimit ?? double.PositiveInfinity) + Tolerance)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Notes that a tenant gets more.</summary>
    public void Charge(string name, int type, double more)
    {
        for (var tenant = _tree.IndexOf(name); tenant >= 0; tenant = _tree.ParentOf(tenant))
        {
            _used[tenant, type] += more;
        }
    }

    /// <summary>Accelerators of a type that are promised to tenants that this one does not belong to, and that their jobs want.</summary>
    public int Promised(string? name, int type)
    {
        var sum = 0.0;
        foreach (var tenant in _promising)
        {
            if (name is null || !IsWithin(_tree.IndexOf(name), tenant))
            {
                sum += Math.Min(_tree.Tenants[tenant].Guaranteed.GetValueOrDefault(_cluster.Types[type]), _wanted[tenant, type]);
            }
        }

        return (int)Math.Ceiling(sum - Tolerance);
    }

    private bool IsWithin(int tenant, int ancestor)
    {
        while (tenant >= 0 && tenant != ancestor)
        {
            tenant = _tree.ParentOf(tenant);
        }

        return tenant == ancestor && tenant >= 0;
    }
}
