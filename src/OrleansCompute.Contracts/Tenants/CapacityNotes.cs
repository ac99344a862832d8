using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Contracts.Tenants;

/// <summary>Limits and promises of tenants above what a pool has: nodes come and go, so they are no errors, but they may be slips of the pen. Pure.</summary>
public static class CapacityNotes
{
    /// <summary>What is so of one tenant: a sentence each, without its name, as <c>its quota is 3 × gpu; pool default has 2 at present, so that it limits nothing.</c></summary>
    /// <param name="spec">The tenant.</param>
    /// <param name="pool">The pool; lost nodes are not counted.</param>
    public static IReadOnlyList<string> OfTenant(TenantSpec spec, PoolSnapshot pool)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(pool);
        return OfTenant(spec, pool.Name, KindsOf(pool));
    }

    /// <summary>What is so of all tenants, with their names, and of the guarantees of those at the top together.</summary>
    /// <param name="tenants">The tenants.</param>
    /// <param name="pool">The pool; lost nodes are not counted.</param>
    public static IReadOnlyList<string> Of(IEnumerable<TenantSpec> tenants, PoolSnapshot pool)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(pool);
        var (kinds, notes) = (KindsOf(pool), new List<string>());
        var promised = new SortedDictionary<string, (long Sum, int Tenants, int Most)>(StringComparer.Ordinal);
        foreach (var spec in tenants)
        {
            notes.AddRange(OfTenant(spec, pool.Name, kinds).Select(note => $"Tenant {spec.Name}: {note}"));
            foreach (var (kind, count) in spec.Parent.Length == 0 ? spec.Guaranteed : [])
            {
                var (sum, number, most) = promised.GetValueOrDefault(kind);
                promised[kind] = (sum + count, number + 1, Math.Max(most, count));
            }
        }

        // Where one of them alone is above, that has been said.
        notes.AddRange(promised.Where(kind => kind.Value.Tenants > 1 && kind.Value.Sum > kinds.GetValueOrDefault(kind.Key) && kind.Value.Most <= kinds.GetValueOrDefault(kind.Key))
            .Select(kind => $"{kind.Value.Tenants} tenants together are guaranteed {kind.Value.Sum} × {kind.Key}; pool {pool.Name} has {kinds.GetValueOrDefault(kind.Key)} at present, and more cannot be kept."));
        return notes;
    }

    private static List<string> OfTenant(TenantSpec spec, string pool, Dictionary<string, int> kinds)
    {
        var notes = new List<string>();
        notes.AddRange(Above(spec.Quota).Select(limit => $"its quota is {limit.Value} × {limit.Key}; pool {pool} has {kinds.GetValueOrDefault(limit.Key)} at present, so that it limits nothing."));
        notes.AddRange(Above(spec.Guaranteed).Select(limit => $"it is guaranteed {limit.Value} × {limit.Key}; pool {pool} has {kinds.GetValueOrDefault(limit.Key)} at present, and more cannot be kept."));
        return notes;

        IEnumerable<KeyValuePair<string, int>> Above(IReadOnlyDictionary<string, int> limits) =>
            limits.Where(limit => limit.Value > kinds.GetValueOrDefault(limit.Key)).OrderBy(limit => limit.Key, StringComparer.Ordinal);
    }

    private static Dictionary<string, int> KindsOf(PoolSnapshot pool) => pool.Nodes.Where(node => node.State != NodeState.Lost).SelectMany(node => node.Accelerators)
        .CountBy(slot => slot.Accelerator.Kind).ToDictionary(StringComparer.Ordinal);
}
