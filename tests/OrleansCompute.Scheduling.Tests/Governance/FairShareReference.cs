using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>
/// Fair shares the slow way: accelerators of one type are handed out in crumbs, each to whoever has least for its weight, from the top of
/// the tree down, promises before the rest; until all is gone or nobody may take more.
/// </summary>
internal sealed class FairShareReference(TenantTree tree, IReadOnlyDictionary<string, double> demand, string type)
{
    private const double Crumb = 1.0 / 128;
    private readonly double[] _held = new double[tree.Tenants.Length];

    public IReadOnlyDictionary<string, double> Share(double capacity)
    {
        // Children before parents: numbers grow on the way down.
        for (var tenant = tree.Tenants.Length - 1; tenant >= 0; tenant--)
        {
            while (_held[tenant] + (Crumb / 2) < tree.Tenants[tenant].Guaranteed.GetValueOrDefault(type) && capacity > 0 && TryGive(tenant))
            {
                capacity -= Crumb;
            }
        }

        while (capacity > Crumb / 2 && TryGive(-1))
        {
            capacity -= Crumb;
        }

        return tree.Tenants.Select((tenant, i) => (tenant.Name, _held[i])).ToDictionary(entry => entry.Name, entry => entry.Item2, StringComparer.Ordinal);
    }

    private bool TryGive(int from)
    {
        var leaf = from;
        while (!tree.ChildrenOf(leaf).IsEmpty)
        {
            var children = tree.ChildrenOf(leaf).Where(Wants).ToList();
            if (children.Count == 0)
            {
                return false;
            }

            leaf = children.MinBy(child => _held[child] / tree.Tenants[child].Weight);
        }

        if (leaf < 0 || !Wants(leaf))
        {
            return false;
        }

        for (var at = leaf; at >= 0; at = tree.ParentOf(at))
        {
            if (at == from || from < 0 || IsAbove(from, leaf))
            {
                _held[at] += Crumb;
            }
        }

        return true;
    }

    private bool IsAbove(int ancestor, int tenant)
    {
        while (tenant >= 0 && tenant != ancestor)
        {
            tenant = tree.ParentOf(tenant);
        }

        return tenant == ancestor;
    }

    private bool Wants(int tenant)
    {
        var children = tree.ChildrenOf(tenant);
        var hasDemand = children.IsEmpty ? _held[tenant] + (Crumb / 2) < demand.GetValueOrDefault(tree.Tenants[tenant].Name) : children.Any(Wants);
        for (var at = tenant; at >= 0; at = tree.ParentOf(at))
        {
            hasDemand &= _held[at] + (Crumb / 2) < (tree.Tenants[at].MaxAccelerators ?? double.PositiveInfinity)
                && _held[at] + (Crumb / 2) < (tree.Tenants[at].Quota.TryGetValue(type, out var most) ? most : double.PositiveInfinity);
        }

        return hasDemand;
    }
}
