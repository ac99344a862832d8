using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tenancy;

/// <summary>
/// Tenants in a hierarchy, numbered so that parents come before their children. A tenant that no one named is at the top, with weight 1
/// and without limits. Immutable, so thread-safe.
/// </summary>
public sealed class TenantTree
{
    /// <summary>Most tenants of a tree.</summary>
    public const int MaxTenants = 100_000;

    /// <summary>Most levels of a tree.</summary>
    public const int MaxDepth = 16;

    /// <summary>Default of <see cref="HalfLifeSeconds"/>: a week.</summary>
    public const double DefaultHalfLifeSeconds = 7 * 86_400;

    private readonly Dictionary<string, int> _index;
    private readonly int[] _parents;
    private readonly ImmutableArray<int>[] _children;
    private readonly ImmutableArray<int> _top;

    private TenantTree(ImmutableArray<TenantQuota> tenants, double halfLifeSeconds)
    {
        HalfLifeSeconds = halfLifeSeconds;
        Tenants = tenants;
        _index = new Dictionary<string, int>(tenants.Length, StringComparer.Ordinal);
        _parents = new int[tenants.Length];
        var children = new ImmutableArray<int>.Builder[tenants.Length];
        var top = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < tenants.Length; i++)
        {
            _index.Add(tenants[i].Name, i);
            children[i] = ImmutableArray.CreateBuilder<int>();
            _parents[i] = tenants[i].Parent.Length == 0 ? -1 : _index[tenants[i].Parent];
            (_parents[i] < 0 ? top : children[_parents[i]]).Add(i);
        }

        _children = [.. children.Select(list => list.ToImmutable())];
        _top = top.ToImmutable();
    }

    /// <summary>No tenants are told apart, nothing is limited.</summary>
    public static TenantTree Flat { get; } = new([], DefaultHalfLifeSeconds);

    /// <summary>All tenants, parents before children, else in the order given.</summary>
    public ImmutableArray<TenantQuota> Tenants { get; }

    /// <summary>Whether it names no tenant, so that nothing is limited or shared by tenant.</summary>
    public bool IsFlat => Tenants.IsEmpty;

    /// <summary>Seconds after which past use counts half, above 0; infinite never forgets.</summary>
    public double HalfLifeSeconds { get; }

    /// <summary>Makes a tree.</summary>
    /// <param name="tenants">In any order.</param>
    /// <param name="halfLifeSeconds">Seconds after which past use counts half, above 0.</param>
    /// <exception cref="ArgumentException">The tenants make no tree, or a number is out of its range; the message names every problem.</exception>
    public static TenantTree Create(IReadOnlyList<TenantQuota> tenants, double halfLifeSeconds = DefaultHalfLifeSeconds)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        var (ordered, problems) = TenantValidation.Check(tenants, halfLifeSeconds);
        return problems.Count > 0 ? throw new ArgumentException(string.Join(' ', problems), nameof(tenants))
            : ordered.IsEmpty ? Flat
            : new TenantTree(ordered, halfLifeSeconds);
    }

    /// <summary>What <see cref="Create"/> would complain of; empty where it would not.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<TenantQuota> tenants, double halfLifeSeconds = DefaultHalfLifeSeconds)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        return TenantValidation.Check(tenants, halfLifeSeconds).Problems;
    }

    /// <summary>Index of a tenant in <see cref="Tenants"/>; -1 where the tree does not name it.</summary>
    public int IndexOf(string name) => _index.GetValueOrDefault(name, -1);

    /// <summary>Index of the parent; -1 at the top.</summary>
    public int ParentOf(int tenant) => _parents[tenant];

    /// <summary>Indices of the tenants right below one; of those at the top for -1.</summary>
    public ImmutableArray<int> ChildrenOf(int tenant) => tenant < 0 ? _top : _children[tenant];

    /// <summary>
    /// What cannot be kept with the accelerators that there are now: quotas and guarantees above them. Warnings, not errors, as nodes come
    /// and go; a quota above what there is limits nothing, and a guarantee above it is kept as far as it goes.
    /// </summary>
    public ImmutableArray<string> Warnings(ClusterSnapshot cluster) => TenantValidation.Warnings(this, cluster);

    /// <summary>The same tree with other past use.</summary>
    /// <param name="pastUse">By name of the tenant; who is missing used nothing. Names that the tree lacks are left out.</param>
    /// <exception cref="ArgumentException">A use is negative or no number.</exception>
    public TenantTree WithPastUse(IReadOnlyDictionary<string, double> pastUse)
    {
        ArgumentNullException.ThrowIfNull(pastUse);
        if (IsFlat)
        {
            return this;
        }

        foreach (var (name, use) in pastUse)
        {
            if (!(use is >= 0 and < double.PositiveInfinity))
            {
                throw new ArgumentException($"pastUse[{name}] is {use}; allowed 0 or more.", nameof(pastUse));
            }
        }

        return new TenantTree([.. Tenants.Select(tenant => tenant with { PastUse = pastUse.GetValueOrDefault(tenant.Name) })], HalfLifeSeconds);
    }
}
