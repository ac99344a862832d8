namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>The state of a device as it reports it itself. Counters start with the agent unless said otherwise.</summary>
public sealed record DeviceReport
{
    /// <summary>Version of the agent, up to 64 bytes.</summary>
    public required string AgentVersion { get; init; }

    /// <summary>The running model, or null while there is none.</summary>
    public string? ModelName { get; init; }

    /// <summary>Its version, from 1; 0 while there is none.</summary>
    public int ModelVersion { get; init; }

    /// <summary>How far the update is that this report is of; <see cref="UpdateIssue"/> says which.</summary>
    public UpdateState UpdateState { get; init; }

    /// <summary>Why it was refused or failed, up to 2048 bytes; empty otherwise.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Inputs classified.</summary>
    public long InferenceCount { get; init; }

    /// <summary>Median latency of an inference in milliseconds; 0 before the first.</summary>
    public double LatencyP50Ms { get; init; }

    /// <summary>99th percentile of the latency in milliseconds; 0 before the first.</summary>
    public double LatencyP99Ms { get; init; }

    /// <summary>Readings whose storage was acknowledged, in all: this one is not reset by a restart.</summary>
    public long TelemetrySent { get; init; }

    /// <summary>Largest working set of the agent so far.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>
    /// Issue of the offer that <see cref="UpdateState"/> and <see cref="Detail"/> are of, which need not be the one of the running
    /// model; 0 for none, for an offer that could not be read, and from agents of before this field.
    /// </summary>
    public long UpdateIssue { get; init; }
}
