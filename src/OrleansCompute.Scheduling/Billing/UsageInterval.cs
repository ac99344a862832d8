namespace OrleansCompute.Scheduling.Billing;

/// <summary>Time of one accelerator that one job used.</summary>
/// <param name="Job">Job.</param>
/// <param name="From">Beginning.</param>
/// <param name="To">End, not before the beginning.</param>
public readonly record struct UsageInterval(string Job, DateTimeOffset From, DateTimeOffset To);
