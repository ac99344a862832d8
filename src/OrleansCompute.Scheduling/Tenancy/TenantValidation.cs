using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tenancy;

/// <summary>Finds everything that is wrong with a list of tenants, and orders it parents first.</summary>
internal static class TenantValidation
{
    // A list that is wrong throughout would make a message of megabytes.
    private const int MaxProblems = 100;

    public static (ImmutableArray<TenantQuota> Ordered, List<string> Problems) Check(IReadOnlyList<TenantQuota> tenants, double halfLifeSeconds)
    {
        var problems = new List<string>();
        if (!(halfLifeSeconds > 0))
        {
            problems.Add($"halfLifeSeconds is {halfLifeSeconds}; allowed above 0.");
        }

        if (tenants.Count > TenantTree.MaxTenants)
        {
            problems.Add($"{tenants.Count} tenants; allowed 0 to {TenantTree.MaxTenants}.");
            return ([], problems);
        }

        var byName = new Dictionary<string, TenantQuota>(tenants.Count, StringComparer.Ordinal);
        for (var i = 0; i < tenants.Count && problems.Count < MaxProblems; i++)
        {
            if (tenants[i]?.Problem() is { } problem)
            {
                problems.Add($"Tenant '{tenants[i].Name}': {problem}");
            }
            else if (tenants[i] is null)
            {
                problems.Add($"tenants[{i}] is not set; give a tenant.");
            }

            if (!string.IsNullOrEmpty(tenants[i]?.Name) && !byName.TryAdd(tenants[i].Name, tenants[i]))
            {
                problems.Add($"Tenant '{tenants[i].Name}' occurs twice; names must differ.");
            }
        }

        var ordered = problems.Count < MaxProblems ? Order(byName, tenants, problems) : [];
        CheckGuarantees(byName, tenants, problems);
        return (ordered, problems.Count <= MaxProblems ? problems : [.. problems.Take(MaxProblems), $"{problems.Count - MaxProblems} more problems."]);
    }

    public static ImmutableArray<string> Warnings(TenantTree tree, ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var warnings = ImmutableArray.CreateBuilder<string>();
        var topGuarantees = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var tenant in tree.Tenants)
        {
            foreach (var (type, count) in tenant.Quota.Where(entry => entry.Value > Capacity(entry.Key)))
            {
                warnings.Add($"Tenant '{tenant.Name}' has a quota of {count} × {type}; the cluster has {Capacity(type)} at present.");
            }

            foreach (var (type, count) in tenant.Guaranteed)
            {
                if (tenant.Parent.Length == 0)
                {
                    topGuarantees[type] = topGuarantees.GetValueOrDefault(type) + count;
                }

                if (count > Capacity(type))
                {
                    warnings.Add($"Tenant '{tenant.Name}' is guaranteed {count} × {type}; the cluster has {Capacity(type)} at present.");
                }
            }

            if (tenant.MaxAccelerators is { } most && most > cluster.Accelerators)
            {
                warnings.Add($"Tenant '{tenant.Name}' may hold {most} accelerators; the cluster has {cluster.Accelerators} at present.");
            }
        }

        foreach (var (type, count) in topGuarantees.Where(entry => entry.Value > Capacity(entry.Key)))
        {
            warnings.Add($"All tenants together are guaranteed {count} × {type}; the cluster has {Capacity(type)} at present.");
        }

        return warnings.ToImmutable();

        int Capacity(string type) => cluster.Types.IndexOf(type) is var index and >= 0 ? cluster.AcceleratorsPerType[index] : 0;
    }

    private static ImmutableArray<TenantQuota> Order(
        Dictionary<string, TenantQuota> byName, IReadOnlyList<TenantQuota> tenants, List<string> problems)
    {
        var depths = new Dictionary<string, int>(byName.Count, StringComparer.Ordinal);
        var ordered = new List<(int Depth, TenantQuota Tenant)>(byName.Count);
        var path = new List<string>();
        foreach (var tenant in tenants.Where(tenant => tenant is not null && !string.IsNullOrEmpty(tenant.Name)))
        {
            if (depths.ContainsKey(tenant.Name))
            {
                continue;
            }

            path.Clear();
            var at = tenant;
            var depth = 0;
            while (true)
            {
                var loop = path.IndexOf(at.Name);
                if (loop >= 0)
                {
                    problems.Add($"Tenants are in a circle: {string.Join(" → ", path.Skip(loop).Append(at.Name))} (each names the next as its parent); one of them must be at the top.");
                    break;
                }

                path.Add(at.Name);
                if (string.IsNullOrEmpty(at.Parent))
                {
                    break;
                }

                if (depths.TryGetValue(at.Parent, out depth))
                {
                    break;
                }

                if (!byName.TryGetValue(at.Parent, out var parent))
                {
                    problems.Add($"Tenant '{at.Name}' names parent '{at.Parent}'; there is no such tenant.");
                    break;
                }

                at = parent;
            }

            for (var i = path.Count - 1; i >= 0; i--)
            {
                depths[path[i]] = ++depth;
                ordered.Add((depth, byName[path[i]]));
                if (depth == TenantTree.MaxDepth + 1)
                {
                    problems.Add($"Tenant '{path[i]}' is on level {depth}; allowed 1 to {TenantTree.MaxDepth}.");
                }
            }
        }

        return [.. ordered.OrderBy(entry => entry.Depth).Select(entry => entry.Tenant)];
    }

    private static void CheckGuarantees(
        Dictionary<string, TenantQuota> byName, IReadOnlyList<TenantQuota> tenants, List<string> problems)
    {
        foreach (var children in tenants.Where(tenant => !string.IsNullOrEmpty(tenant?.Name) && !string.IsNullOrEmpty(tenant.Parent))
            .GroupBy(tenant => tenant.Parent, StringComparer.Ordinal))
        {
            if (!byName.TryGetValue(children.Key, out var parent))
            {
                continue;
            }

            foreach (var (type, sum) in children.SelectMany(child => child.Guaranteed).GroupBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(group => (group.Key, group.Sum(entry => (long)entry.Value))))
            {
                var has = parent.Guaranteed.GetValueOrDefault(type);
                if (sum > has)
                {
                    problems.Add($"The tenants below '{parent.Name}' are guaranteed {sum} × {type} together; '{parent.Name}' itself only {has}.");
                }
            }
        }
    }
}
