namespace OrleansCompute.Scheduling.Billing;

/// <summary>Time of one accelerator, or of a part of one, that one job used.</summary>
/// <param name="Job">Job.</param>
/// <param name="From">Beginning.</param>
/// <param name="To">End, not before the beginning.</param>
/// <param name="Share">The part of the accelerator's time, above 0 to 1; 1 is all of it.</param>
public readonly record struct UsageInterval(string Job, DateTimeOffset From, DateTimeOffset To, decimal Share = 1);
