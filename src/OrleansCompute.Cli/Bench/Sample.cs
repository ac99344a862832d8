namespace OrleansCompute.Cli.Bench;

/// <summary>One timed round.</summary>
/// <param name="Figure">What was measured: a rate, or a time.</param>
/// <param name="CpuSecondsPerItem">Processor time of all threads per item.</param>
internal readonly record struct Sample(double Figure, double CpuSecondsPerItem);
