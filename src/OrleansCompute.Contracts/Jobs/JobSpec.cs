using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>A training job as its user wrote it.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-spec.v1")]
public sealed record JobSpec
{
    /// <summary>Tenant that owns and pays.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Name, unique in the tenant.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Pool to run in.</summary>
    [Id(2)] public string Pool { get; init; } = "default";

    /// <summary>The network.</summary>
    [Id(3)] public required ModelSpec Model { get; init; }

    /// <summary>The data.</summary>
    [Id(4)] public required DataSpec Data { get; init; }

    /// <summary>How to train.</summary>
    [Id(5)] public required TrainingSpec Training { get; init; }

    /// <summary>The accelerators.</summary>
    [Id(6)] public ResourceSpec Resources { get; init; } = new();
}
