using System.Collections.Immutable;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>What one version of a model said about a batch of inputs.</summary>
public sealed record InferenceReport
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Version of the model, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>1 to 1024 results.</summary>
    public required ImmutableArray<InferenceResult> Results { get; init; }
}
