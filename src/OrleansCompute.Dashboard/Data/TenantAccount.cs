using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Dashboard.Data;

/// <summary>A tenant, and what it used this month.</summary>
/// <param name="Spec">Limits, promises, plan.</param>
/// <param name="Invoice">This month so far; up to half a minute old.</param>
public sealed record TenantAccount(TenantSpec Spec, Invoice Invoice);
