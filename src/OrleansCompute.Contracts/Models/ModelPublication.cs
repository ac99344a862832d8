using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Models;

/// <summary>A model to put into the registry.</summary>
[GenerateSerializer, Immutable, Alias("oc.model-publication.v1")]
public sealed record ModelPublication
{
    /// <summary>Artifact with the ONNX file, lower-case hexadecimal SHA-256.</summary>
    [Id(0)] public required string Sha256 { get; init; }

    /// <summary>Measured qualities, for example <c>accuracy</c>.</summary>
    [Id(1)] public required ImmutableDictionary<string, double> Metrics { get; init; }

    /// <summary>Where it came from.</summary>
    [Id(2)] public required ModelLineage Lineage { get; init; }
}
