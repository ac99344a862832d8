using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Alarms;

/// <summary>What the rule remembers of a device; immutable.</summary>
/// <param name="Quantities">Running mean and variance per quantity.</param>
/// <param name="Readings">Readings seen since the rule began or learned anew.</param>
/// <param name="Active">Whether an alarm lasts.</param>
/// <param name="ActiveReadings">Readings since it began.</param>
/// <param name="CalmReadings">Ordinary readings in a row while it lasts.</param>
public sealed record DeviationRuleState(
    ImmutableDictionary<string, RunningMoments> Quantities, long Readings, bool Active, int ActiveReadings, int CalmReadings)
{
    /// <summary>Before the first reading.</summary>
    public static DeviationRuleState Empty { get; } = new(ImmutableDictionary<string, RunningMoments>.Empty, 0, false, 0, 0);
}
