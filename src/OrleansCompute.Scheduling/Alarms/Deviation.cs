namespace OrleansCompute.Scheduling.Alarms;

/// <summary>What a reading made of the rule.</summary>
/// <param name="Change">Whether an alarm begins or ends with it.</param>
/// <param name="Quantity">The quantity that deviates most, where an alarm begins.</param>
/// <param name="Value">Its value.</param>
/// <param name="Expected">Its running mean.</param>
/// <param name="Tolerance">How far from the mean it may be.</param>
public readonly record struct Deviation(AlarmChange Change, string Quantity, double Value, double Expected, double Tolerance);
