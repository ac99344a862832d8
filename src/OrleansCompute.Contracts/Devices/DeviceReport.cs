using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>What a device says of itself: the reported half of its twin.</summary>
[GenerateSerializer, Immutable, Alias("oc.device-report.v1")]
public sealed record DeviceReport
{
    /// <summary>Version of the agent.</summary>
    [Id(0)] public required string AgentVersion { get; init; }

    /// <summary>Model that runs; null for none.</summary>
    [Id(1)] public string? ModelName { get; init; }

    /// <summary>Version that runs; 0 for none.</summary>
    [Id(2)] public int ModelVersion { get; init; }

    /// <summary>State of the last update.</summary>
    [Id(3)] public ModelUpdateState UpdateState { get; init; }

    /// <summary>Number of the offer that the state is of; 0 for none.</summary>
    [Id(4)] public long UpdateIssue { get; init; }

    /// <summary>A sentence on the last update; empty where all is well.</summary>
    [Id(5)] public string Detail { get; init; } = "";

    /// <summary>Inferences since the agent started.</summary>
    [Id(6)] public long Inferences { get; init; }

    /// <summary>Median time of an inference, milliseconds; 0 until there is one.</summary>
    [Id(7)] public double LatencyP50Ms { get; init; }

    /// <summary>99th percentile of the time of an inference, milliseconds; 0 until there is one.</summary>
    [Id(8)] public double LatencyP99Ms { get; init; }

    /// <summary>Readings sent and acknowledged since the device was provisioned.</summary>
    [Id(9)] public long ReadingsSent { get; init; }

    /// <summary>Peak memory of the agent's process.</summary>
    [Id(10)] public long PeakMemoryBytes { get; init; }
}
