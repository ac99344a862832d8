using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Another quota for a tenant; what is null stays as it is.</summary>
public sealed record QuotaChange
{
    /// <summary>The tenant; one that the pool does not name yet is put at the top.</summary>
    public required string Tenant { get; init; }

    /// <summary>The type of <see cref="MaxOfType"/> and <see cref="GuaranteedOfType"/>; null where neither changes.</summary>
    public string? Type { get; init; }

    /// <summary>Hard maximum of that type, 0 or more.</summary>
    public int? MaxOfType { get; init; }

    /// <summary>Guarantee of that type, 0 or more.</summary>
    public int? GuaranteedOfType { get; init; }

    /// <summary>Hard maximum of all types together, 0 or more.</summary>
    public int? MaxAccelerators { get; init; }

    /// <summary>Most that it may hold beyond its guarantees, 0 or more.</summary>
    public int? BorrowingLimit { get; init; }

    /// <summary>Its weight, above 0.</summary>
    public double? Weight { get; init; }

    /// <summary>The quota so changed; its numbers are checked with the tree they go into.</summary>
    /// <exception cref="ArgumentException">A number for a type is given, and no type.</exception>
    public TenantQuota Apply(TenantQuota quota)
    {
        ArgumentNullException.ThrowIfNull(quota);
        if (Type is null && (MaxOfType is not null || GuaranteedOfType is not null))
        {
            throw new ArgumentException($"Type of the change to tenant '{Tenant}' is not set; MaxOfType and GuaranteedOfType need it.");
        }

        return quota with
        {
            Quota = MaxOfType is { } most ? quota.Quota.SetItem(Type!, most) : quota.Quota,
            Guaranteed = GuaranteedOfType is { } promised ? quota.Guaranteed.SetItem(Type!, promised) : quota.Guaranteed,
            MaxAccelerators = MaxAccelerators ?? quota.MaxAccelerators,
            BorrowingLimit = BorrowingLimit ?? quota.BorrowingLimit,
            Weight = Weight ?? quota.Weight,
        };
    }
}
