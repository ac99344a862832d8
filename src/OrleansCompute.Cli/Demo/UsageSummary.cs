namespace OrleansCompute.Cli.Demo;

/// <summary>What the tenant is billed.</summary>
internal sealed record UsageSummary(double AcceleratorSeconds, decimal Amount, string Currency);
