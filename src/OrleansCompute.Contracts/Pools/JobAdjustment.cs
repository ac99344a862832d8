using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A job asked for differently; what is null stays as it is.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-adjustment.v1")]
public sealed record JobAdjustment
{
    /// <summary>Tenant that pays.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The job.</summary>
    [Id(1)] public required string Job { get; init; }

    /// <summary>Fewest accelerators, 1 or more.</summary>
    [Id(2)] public int? MinAccelerators { get; init; }

    /// <summary>Most accelerators, at least the fewest.</summary>
    [Id(3)] public int? MaxAccelerators { get; init; }

    /// <summary>Priority.</summary>
    [Id(4)] public int? Priority { get; init; }

    /// <summary>Whether it may spend what it needs. Default false: its budget stays as it is.</summary>
    [Id(5)] public bool NoBudget { get; init; }
}
