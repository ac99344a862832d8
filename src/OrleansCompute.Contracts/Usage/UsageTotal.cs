namespace OrleansCompute.Contracts.Usage;

/// <summary>What one job used in a month with leases of one share.</summary>
/// <param name="Job">Job that used it.</param>
/// <param name="ComputeShareFraction">The part of an accelerator's time that the leases gave, above 0 to 1; 1 is the whole accelerator.</param>
/// <param name="HeldTicks">Time that they were held, whatever the share, in ticks of 100 ns; each lease counts.</param>
public readonly record struct UsageTotal(string Job, double ComputeShareFraction, long HeldTicks);
