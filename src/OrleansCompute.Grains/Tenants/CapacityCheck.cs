using System.Collections.Immutable;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Tenants;

/// <summary>
/// Says no to limits above what a pool has: a quota that limits nothing is a slip of the pen mostly, and a guarantee that cannot be kept is
/// none. Only what is new or raised is looked at, so that nothing else is refused after a pool has shrunk. Pure.
/// </summary>
/// <param name="pool">Name of the pool.</param>
/// <param name="capacity">Its accelerators by kind, those of lost nodes too; of an empty pool nothing is known, and nothing is refused.</param>
/// <param name="present">Those of them that are not lost: a quota may wait for the others, a guarantee cannot be kept with them.</param>
internal sealed class CapacityCheck(string pool, IReadOnlyDictionary<string, int> capacity, IReadOnlyDictionary<string, int> present)
{
    private const int MaxKinds = 16;

    /// <summary>Whether there is anything to ask a pool about.</summary>
    public static bool IsDue(TenantSpec spec, TenantSpec? before) => Raised(spec.Quota, before?.Quota).Any() || RaisedGuarantees(spec, before).Any();

    /// <summary>A sentence for each limit that is above; none where all can be.</summary>
    /// <param name="spec">The tenant as it is to be.</param>
    /// <param name="before">As it is; null for a new one.</param>
    /// <param name="others">All other tenants.</param>
    public IReadOnlyList<string> Problems(TenantSpec spec, TenantSpec? before, IReadOnlyCollection<TenantSpec> others)
    {
        var problems = new List<string>();
        if (capacity.Count == 0)
        {
            return problems;
        }

        foreach (var (kind, count) in spec.AheadOfCapacity ? [] : Raised(spec.Quota, before?.Quota).Where(limit => limit.Value > Of(limit.Key)))
        {
            problems.Add($"quota.{kind} is {count}; {Has(kind)}, so that it would limit nothing. {Advice(Of(kind), "no quota of that kind")}, or say that the pool is going to grow: "
                + "--ahead-of-capacity (REST: \"aheadOfCapacity\": true).");
        }

        foreach (var (kind, count) in RaisedGuarantees(spec, before))
        {
            // What is promised to those below is part of what is promised to the one above.
            var siblings = spec.Parent.Length > 0 ? [] : others.Where(other => other.Parent.Length == 0 && other.Guaranteed.GetValueOrDefault(kind) > 0)
                .OrderBy(other => other.Name, StringComparer.Ordinal).ToList();
            var taken = siblings.Sum(other => (long)other.Guaranteed[kind]);
            var now = Now(kind);
            if (count > now)
            {
                problems.Add($"guaranteed.{kind} is {count}; {HasNow(kind)}, and more cannot be kept. {Advice(now, "no guarantee of that kind")}, or add nodes first.");
            }
            else if (count + taken > now)
            {
                problems.Add($"guaranteed.{kind} is {count}; {HasNow(kind)}{(taken > now ? ", and" : ", of which")} {taken} {(taken == 1 ? "is" : "are")} guaranteed to {Names(siblings)} already, and more "
                    + $"cannot be kept. {Advice(now - taken, "no guarantee of that kind")}, or lower theirs, or add nodes first.");
            }
        }

        return problems;
    }

    // Of one that moves to the top all counts, as siblings are others there.
    private static IEnumerable<KeyValuePair<string, int>> RaisedGuarantees(TenantSpec spec, TenantSpec? before) =>
        Raised(spec.Guaranteed, before is not null && (before.Parent == spec.Parent || spec.Parent.Length > 0) ? before.Guaranteed : null);

    private static IEnumerable<KeyValuePair<string, int>> Raised(ImmutableDictionary<string, int> limits, ImmutableDictionary<string, int>? before) =>
        limits.Where(limit => before is null || !before.TryGetValue(limit.Key, out var old) || limit.Value > old).OrderBy(limit => limit.Key, StringComparer.Ordinal);

    private static string Names(List<TenantSpec> tenants) =>
        $"{(tenants.Count == 1 ? "tenant" : "tenants")} {string.Join(", ", tenants.Take(MaxKinds).Select(tenant => tenant.Name))}{(tenants.Count > MaxKinds ? $" and {tenants.Count - MaxKinds} more" : "")}";

    private int Of(string kind) => capacity.GetValueOrDefault(kind);

    private string Has(string kind) => Of(kind) > 0
        ? $"pool {pool} has {Of(kind)}"
        : $"pool {pool} has none of that kind (it has {string.Join(", ", capacity.OrderBy(known => known.Key, StringComparer.Ordinal).Take(MaxKinds).Select(known => $"{known.Value} × {known.Key}"))})";

    private int Now(string kind) => present.GetValueOrDefault(kind);

    private string HasNow(string kind) => (Now(kind), Of(kind) - Now(kind)) switch
    {
        (_, 0) => Has(kind),
        (0, var lost) => $"pool {pool} has none of that kind at present ({lost} on nodes that are lost)",
        (var now, var lost) => $"pool {pool} has {now} at present ({lost} more on nodes that are lost)",
    };

    private static string Advice(long most, string none) => most > 0 ? $"Allowed: 0 to {most}" : $"Allowed: {none}";
}
