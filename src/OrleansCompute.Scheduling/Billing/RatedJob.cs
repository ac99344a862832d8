namespace OrleansCompute.Scheduling.Billing;

/// <summary>What one job costs.</summary>
/// <param name="Job">Job.</param>
/// <param name="AcceleratorSeconds">Time on accelerators.</param>
/// <param name="Amount">Price, unrounded.</param>
public sealed record RatedJob(string Job, decimal AcceleratorSeconds, decimal Amount);
