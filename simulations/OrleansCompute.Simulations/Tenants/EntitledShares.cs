using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Simulations.Tenants;

/// <summary>
/// Weighted max-min fair shares of a divisible capacity, from the top of a tree down: each tenant gets what it demands, or its weight times
/// a level that is the same for all tenants of one parent; no less than its promises, no more than its quotas allow.
/// </summary>
internal static class EntitledShares
{
    /// <summary>Shares.</summary>
    /// <param name="tree">Tenants.</param>
    /// <param name="demand">What the jobs of each tenant, those below it left out, could use; changed to include those below.</param>
    /// <param name="capacity">What there is, in the same unit.</param>
    /// <param name="floors">What each is promised.</param>
    /// <param name="caps">The most that each may have.</param>
    public static double[] Of(TenantTree tree, double[] demand, double capacity, double[] floors, double[] caps)
    {
        for (var tenant = demand.Length - 1; tenant >= 0; tenant--)
        {
            demand[tenant] = Math.Min(demand[tenant], caps[tenant]);
            if (tree.ParentOf(tenant) is >= 0 and var parent)
            {
                demand[parent] += demand[tenant];
            }
        }

        var shares = new double[demand.Length];
        Divide(tree, -1, capacity, demand, floors, shares);
        return shares;
    }

    private static void Divide(TenantTree tree, int parent, double amount, double[] demand, double[] floors, double[] shares)
    {
        var children = tree.ChildrenOf(parent);
        var wanted = children.Sum(child => demand[child]);
        var (low, high) = (0.0, children.Length == 0 ? 0 : children.Max(child => demand[child] / tree.Tenants[child].Weight));
        for (var step = 0; step < 60 && wanted > amount; step++)
        {
            var level = (low + high) / 2;
            (low, high) = children.Sum(child => At(child, level)) > amount ? (low, level) : (level, high);
        }

        var sum = children.Sum(child => At(child, high));
        foreach (var child in children)
        {
            shares[child] = sum > amount ? At(child, high) * amount / sum : At(child, high);
            Divide(tree, child, shares[child], demand, floors, shares);
        }

        double At(int child, double level) => Math.Clamp(level * tree.Tenants[child].Weight, Math.Min(floors[child], demand[child]), demand[child]);
    }
}
