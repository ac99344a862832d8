namespace OrleansCompute.Cli.Demo;

/// <summary>What an agent did.</summary>
internal sealed record AgentSummary(
    string Id, int ModelVersion, long Inferences, double Accuracy, double LatencyP50Ms, double LatencyP99Ms);
