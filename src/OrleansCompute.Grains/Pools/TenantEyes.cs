using System.Collections.Frozen;
using System.Text.RegularExpressions;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// What people of one tenant may read in a reason: what belongs to them by its name, what is another's as just that. Their own tenant and
/// those above it have names, as the own configuration tells them. Immutable, thread-safe.
/// </summary>
internal sealed partial class TenantEyes
{
    private readonly string _tenant;
    private readonly FrozenSet<string> _line;
    private readonly IReadOnlySet<string> _known;

    /// <param name="tenant">Whose eyes.</param>
    /// <param name="tree">Tenants that a reason may name.</param>
    /// <param name="others">Further ones: those of jobs in the round.</param>
    public TenantEyes(string tenant, TenantTree tree, IEnumerable<string> others)
        : this(tenant, tree, NamesOf(tree, others))
    {
    }

    /// <param name="tenant">Whose eyes.</param>
    /// <param name="tree">The tenants above them.</param>
    /// <param name="known">What <see cref="NamesOf"/> gave; made once for many tenants.</param>
    public TenantEyes(string tenant, TenantTree tree, IReadOnlySet<string> known)
    {
        _known = known;
        _tenant = tenant;
        var line = new HashSet<string>(StringComparer.Ordinal) { tenant };
        for (var index = tree.IndexOf(tenant); index >= 0; index = tree.ParentOf(index))
        {
            line.Add(tree.Tenants[index].Name);
        }

        _line = line.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Tenants that a reason may name.</summary>
    public static IReadOnlySet<string> NamesOf(TenantTree tree, IEnumerable<string> others) =>
        others.Concat(tree.Tenants.Select(quota => quota.Name)).ToHashSet(StringComparer.Ordinal);

    public static TenantEyes Of(string tenant, PoolRound round) => new(tenant, round.Cluster.Tenants, round.Jobs.Select(job => job.Tenant));

    /// <summary>Whether they may know whose something is.</summary>
    public bool MayName(string tenant) => _line.Contains(tenant);

    /// <summary>The text without names that are none of their business.</summary>
    public string Cover(string text) => Names().Replace(text, name =>
    {
        // A name may end with a dot, and so may a sentence: the longest that is known counts.
        var (tenant, job) = (name.Groups["tenant"].Value, name.Groups["job"].Value);
        if (job.Length > 0)
        {
            var dots = job.Length - job.TrimEnd('.').Length;
            return tenant == _tenant || !_known.Contains(tenant) ? name.Value : "a job of another tenant" + new string('.', dots);
        }

        var known = tenant;
        while (known.Length > 0 && !_known.Contains(known) && known[^1] == '.')
        {
            known = known[..^1];
        }

        return !_known.Contains(known) || MayName(known) ? name.Value : "another tenant" + tenant[known.Length..];
    });

    [GeneratedRegex(
        @"(?:\bjob )?(?<![a-z0-9._/-])(?<tenant>[a-z0-9][a-z0-9._-]*)/(?<job>[a-z0-9][a-z0-9._-]*)|\btenant '?(?<tenant>[a-z0-9][a-z0-9._-]*)'?",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
