using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Rollouts;

/// <summary>A model version to bring to devices, wave by wave.</summary>
[GenerateSerializer, Immutable, Alias("oc.rollout-spec.v1")]
public sealed record RolloutSpec
{
    /// <summary>Tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Name in the tenant.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Model.</summary>
    [Id(2)] public required string Model { get; init; }

    /// <summary>Version; 0 means the newest at the start.</summary>
    [Id(3)] public int Version { get; init; }

    /// <summary>Devices in order, 1 to 10,000, each once.</summary>
    [Id(4)] public required ImmutableArray<string> Devices { get; init; }

    /// <summary>Devices in the first wave, 1 or more; the others follow when all of them run the model.</summary>
    [Id(5)] public int FirstWaveSize { get; init; } = 1;
}
