using System.Collections.Immutable;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <summary>Tenants as the policy sees them.</summary>
internal static class TenantMapper
{
    public static TenantQuota ToQuota(TenantSpec spec) => new()
    {
        Name = spec.Name,
        Parent = spec.Parent,
        Weight = spec.Weight,
        MaxAccelerators = spec.MaxAccelerators,
        Quota = spec.Quota.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Guaranteed = spec.Guaranteed.ToImmutableSortedDictionary(StringComparer.Ordinal),
        BorrowingLimit = spec.BorrowingLimit,
        LendingLimit = spec.LendingLimit,
    };

    /// <summary>
    /// The tree, and what is wrong with it. Tenants are checked when they are configured; two that were at the same moment may still
    /// contradict each other. Then guarantees go first, and parents if that is not enough; hard limits stay.
    /// </summary>
    public static (TenantTree Tree, string? Problem) ToTree(IReadOnlyList<TenantSpec> specs)
    {
        TenantQuota[] quotas = [.. specs.Select(ToQuota)];
        if (TenantTree.Problems(quotas) is not { Count: > 0 } problems)
        {
            return (TenantTree.Create(quotas), null);
        }

        var none = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
        TenantQuota[] limits = [.. quotas.Select(quota => quota with { Guaranteed = none })];
        TenantQuota[] flat = [.. limits.Select(quota => quota with { Parent = "" })];
        return (TenantTree.Create(TenantTree.Problems(limits).Count == 0 ? limits : flat), string.Join(' ', problems));
    }
}
