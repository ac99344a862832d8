using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Models;

/// <summary>A version in the registry; never changed once published.</summary>
[GenerateSerializer, Immutable, Alias("oc.model-version.v1")]
public sealed record ModelVersion
{
    /// <summary>Tenant that owns it.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Name in the tenant.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>1 for the first.</summary>
    [Id(2)] public required int Version { get; init; }

    /// <summary>SHA-256 of the ONNX file, lower-case hexadecimal.</summary>
    [Id(3)] public required string Sha256 { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    [Id(4)] public required long SizeBytes { get; init; }

    /// <summary>ECDSA P-256 signature (IEEE P1363, 64 bytes) of <see cref="ModelManifest.CanonicalBytes"/>, base64.</summary>
    [Id(5)] public required string Signature { get; init; }

    /// <summary>Measured qualities.</summary>
    [Id(6)] public required ImmutableDictionary<string, double> Metrics { get; init; }

    /// <summary>Where it came from.</summary>
    [Id(7)] public required ModelLineage Lineage { get; init; }

    /// <summary>When it was published, UTC.</summary>
    [Id(8)] public required DateTimeOffset CreatedAt { get; init; }
}
