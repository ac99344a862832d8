namespace OrleansCompute.Cli.Demo;

/// <summary>Readings: sent and acknowledged, stored, and how often twins took some.</summary>
internal sealed record TelemetrySummary(long Sent, long Stored, long TwinUpdates);
