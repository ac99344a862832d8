using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tenancy;

/// <summary>
/// What a tenant, and with it all tenants below it, may hold and is promised. Counts are accelerators; jobs on a part of one count as
/// that part. Immutable.
/// </summary>
public sealed record TenantQuota
{
    /// <summary>Name, unique in the tree; jobs name it in <see cref="JobSnapshot.Tenant"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the tenant it belongs to; empty for the top.</summary>
    public string Parent { get; init; } = "";

    /// <summary>Its part of what is shared, relative to the other tenants of the same parent, above 0. Default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Hard maximum of accelerators by type; a type that is missing has no maximum of its own.</summary>
    public ImmutableSortedDictionary<string, int> Quota { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Hard maximum of accelerators of all types together; null for none.</summary>
    public int? MaxAccelerators { get; init; }

    /// <summary>Accelerators by type that it gets whenever its jobs ask for them, whoever borrowed them.</summary>
    public ImmutableSortedDictionary<string, int> Guaranteed { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Most accelerators that it may hold beyond its guarantees, of all types together; null for no limit.</summary>
    public int? BorrowingLimit { get; init; }

    /// <summary>
    /// Most accelerators of each guarantee that others may use while it leaves them idle; what is beyond stays idle, ready for it. Null
    /// for all.
    /// </summary>
    public int? LendingLimit { get; init; }

    /// <summary>
    /// What it used, accelerator-seconds times measured 10⁹ operations a second (where nothing was measured: accelerator-seconds), each
    /// second counting half for every <see cref="TenantTree.HalfLifeSeconds"/> since. 0 or more. What tenants below it used is not in it.
    /// </summary>
    public double PastUse { get; init; }

    /// <summary>Null where the numbers make sense for themselves; else a sentence for each that does not.</summary>
    public string? Problem()
    {
        var problems = new ProblemList();
        problems.Check(!string.IsNullOrEmpty(Name), nameof(Name), Name, "a name");
        problems.Check(Parent is not null, nameof(Parent), Parent, "a name, or empty for the top");
        problems.Check(Weight is > 0 and < double.PositiveInfinity, nameof(Weight), Weight, "above 0");
        problems.Check(MaxAccelerators is null or >= 0, nameof(MaxAccelerators), MaxAccelerators, "0 or more, or none");
        problems.Check(BorrowingLimit is null or >= 0, nameof(BorrowingLimit), BorrowingLimit, "0 or more, or none");
        problems.Check(LendingLimit is null or >= 0, nameof(LendingLimit), LendingLimit, "0 or more, or none");
        problems.Check(PastUse is >= 0 and < double.PositiveInfinity, nameof(PastUse), PastUse, "0 or more");
        foreach (var (type, count) in Quota)
        {
            problems.Check(count >= 0, $"{nameof(Quota)}[{type}]", count, "0 or more");
        }

        foreach (var (type, count) in Guaranteed)
        {
            problems.Check(count >= 0, $"{nameof(Guaranteed)}[{type}]", count, "0 or more");
            problems.Check(
                !Quota.TryGetValue(type, out var most) || count <= most, $"{nameof(Guaranteed)}[{type}]", count, $"its quota of {most} at most");
        }

        var promised = Guaranteed.Values.Sum(count => (long)count);
        problems.Check(
            MaxAccelerators is null || promised <= MaxAccelerators, nameof(Guaranteed), promised, $"{MaxAccelerators} in all, as MaxAccelerators is");
        return problems.Text;
    }
}
