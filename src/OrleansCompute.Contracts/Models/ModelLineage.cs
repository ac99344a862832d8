using Orleans;

namespace OrleansCompute.Contracts.Models;

/// <summary>Where a model came from.</summary>
[GenerateSerializer, Immutable, Alias("oc.model-lineage.v1")]
public sealed record ModelLineage
{
    /// <summary>Job that trained it.</summary>
    [Id(0)] public required string Job { get; init; }

    /// <summary>Dataset and version, as <c>name@version</c>.</summary>
    [Id(1)] public required string Dataset { get; init; }

    /// <summary>Hash of the decoded data, lower-case hexadecimal.</summary>
    [Id(2)] public required string DataSha256 { get; init; }

    /// <summary>Version of the fabric that trained it.</summary>
    [Id(3)] public required string CodeVersion { get; init; }
}
