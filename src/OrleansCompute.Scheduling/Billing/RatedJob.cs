namespace OrleansCompute.Scheduling.Billing;

/// <summary>What one job costs.</summary>
/// <param name="Job">Job.</param>
/// <param name="AcceleratorSeconds">Seconds times the share of each: what is paid for.</param>
/// <param name="Amount">Price, unrounded.</param>
/// <param name="HeldSeconds">Seconds, whatever the share.</param>
public sealed record RatedJob(string Job, decimal AcceleratorSeconds, decimal Amount, decimal HeldSeconds);
