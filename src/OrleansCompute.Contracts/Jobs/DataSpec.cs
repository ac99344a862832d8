using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>What to train on.</summary>
[GenerateSerializer, Immutable, Alias("oc.data-spec.v1")]
public sealed record DataSpec
{
    /// <summary>Dataset in the tenant's registry.</summary>
    [Id(0)] public required string Dataset { get; init; }

    /// <summary>Version of it; 0 means the newest.</summary>
    [Id(1)] public int Version { get; init; }

    /// <summary>Dataset whose accuracy is measured at the end; null for none.</summary>
    [Id(2)] public string? Validation { get; init; }
}
