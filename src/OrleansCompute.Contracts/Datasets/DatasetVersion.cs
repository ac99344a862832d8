using Orleans;

namespace OrleansCompute.Contracts.Datasets;

/// <summary>A version of a dataset: IDX images and labels in the artifact store.</summary>
[GenerateSerializer, Immutable, Alias("oc.dataset-version.v1")]
public sealed record DatasetVersion
{
    /// <summary>Tenant that owns it.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Name in the tenant.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>1 for the first.</summary>
    [Id(2)] public required int Version { get; init; }

    /// <summary>SHA-256 of the image artifact (IDX, may be gzip), lower-case hexadecimal.</summary>
    [Id(3)] public required string ImagesSha256 { get; init; }

    /// <summary>SHA-256 of the label artifact (IDX, may be gzip), lower-case hexadecimal.</summary>
    [Id(4)] public required string LabelsSha256 { get; init; }

    /// <summary>Samples.</summary>
    [Id(5)] public required int Count { get; init; }

    /// <summary>Height of an image, pixels.</summary>
    [Id(6)] public required int Height { get; init; }

    /// <summary>Width of an image, pixels.</summary>
    [Id(7)] public required int Width { get; init; }

    /// <summary>Highest label plus one.</summary>
    [Id(8)] public required int Classes { get; init; }

    /// <summary>SHA-256 of the decoded images and labels, lower-case hexadecimal: equal data has an equal hash.</summary>
    [Id(9)] public required string ContentSha256 { get; init; }

    /// <summary>When it was added, UTC.</summary>
    [Id(10)] public required DateTimeOffset CreatedAt { get; init; }
}
