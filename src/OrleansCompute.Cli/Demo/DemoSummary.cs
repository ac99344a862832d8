namespace OrleansCompute.Cli.Demo;

/// <summary>What the demo reached; written with snake-case names.</summary>
internal sealed record DemoSummary
{
    /// <summary>Accuracy of what the agents classified, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    public required double TrainImagesPerSecond { get; init; }

    public required IReadOnlyList<NodeSummary> Nodes { get; init; }

    /// <summary>Joint images/s over the sum of what the nodes reach alone at the same time.</summary>
    public required double HeterogeneousEfficiency { get; init; }

    public required IReadOnlyList<AgentSummary> Agents { get; init; }

    public required bool TamperedPackageRefused { get; init; }

    public required TelemetrySummary Telemetry { get; init; }

    public required AlarmScore Alarms { get; init; }

    public required UsageSummary Usage { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Sum of the peaks of the server's process and the agents' processes.</summary>
    public required long PeakMemoryBytes { get; init; }
}
