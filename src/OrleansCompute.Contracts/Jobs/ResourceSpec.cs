using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>The accelerators a job wants.</summary>
[GenerateSerializer, Immutable, Alias("oc.resource-spec.v1")]
public sealed record ResourceSpec
{
    /// <summary>Fewest accelerators, 1 to 1024.</summary>
    [Id(0)] public int MinAccelerators { get; init; } = 1;

    /// <summary>Most accelerators, at least the minimum, to 1024.</summary>
    [Id(1)] public int MaxAccelerators { get; init; } = 1;

    /// <summary>Acceptable kinds; empty means any.</summary>
    [Id(2)] public ImmutableArray<string> Kinds { get; init; } = [];
}
