using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Billing;

/// <summary>What a set of intervals costs.</summary>
/// <param name="Jobs">Seconds and unrounded amount per job, by name.</param>
/// <param name="AcceleratorSeconds">Sum of the seconds.</param>
/// <param name="Amount">Sum of the unrounded amounts, rounded once to the cent, half away from zero.</param>
public sealed record RatedUsage(ImmutableArray<RatedJob> Jobs, decimal AcceleratorSeconds, decimal Amount);
