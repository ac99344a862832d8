namespace OrleansCompute.Simulations.Tenants;

/// <summary>How a tenant fared in a run, with all that are below it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Parent">Whom it belongs to; empty at the top.</param>
/// <param name="Jobs">Jobs that finished.</param>
/// <param name="AvgJctSeconds">Mean time from submission to the end of the work; NaN without jobs.</param>
/// <param name="ServiceComputeSeconds">Accelerator-seconds times measured speed that its jobs held.</param>
/// <param name="ServiceFraction">The same as a share of what all tenants held.</param>
/// <param name="EntitledFraction">
/// What the tree entitled it to, as a share of what all tenants held: in each round the weighted max-min fair share, promises and quotas
/// included, of what was held then, among those who had jobs.
/// </param>
/// <param name="ServiceOverEntitlement">Service over entitlement; NaN where it was entitled to nothing.</param>
/// <param name="RestartsPerJob">Mean changes of accelerators after the first start; NaN without jobs.</param>
public sealed record TenantOutcome(
    string Name,
    string Parent,
    int Jobs,
    double AvgJctSeconds,
    double ServiceComputeSeconds,
    double ServiceFraction,
    double EntitledFraction,
    double ServiceOverEntitlement,
    double RestartsPerJob);
