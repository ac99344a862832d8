namespace OrleansCompute.Scheduling.Billing;

/// <summary>Time of accelerators, or of parts of them of one size, that one job used in all.</summary>
/// <param name="Job">Job.</param>
/// <param name="HeldTicks">Sum over the intervals, ticks of 100 ns, 0 or more.</param>
/// <param name="Share">The part of the accelerators' time, above 0 to 1; 1 is all of it.</param>
public readonly record struct UsageSum(string Job, long HeldTicks, decimal Share = 1);
