using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>The network to train and the registry name it gets.</summary>
[GenerateSerializer, Immutable, Alias("oc.model-spec.v1")]
public sealed record ModelSpec
{
    /// <summary>Name in the tenant's registry.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Channels, height, width of a sample.</summary>
    [Id(1)] public required ImmutableArray<int> InputShape { get; init; }

    /// <summary>Layers in order; the last gives one output per class.</summary>
    [Id(2)] public required ImmutableArray<LayerSpec> Layers { get; init; }
}
