using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>The right of one job to use one accelerator, or a part of it, until it is released or expires.</summary>
[GenerateSerializer, Immutable, Alias("oc.lease.v1")]
public sealed record Lease
{
    /// <summary>Fencing number: ascending in a pool, never used twice. An accelerator takes no lease older than the last it was given.</summary>
    [Id(0)] public required long Id { get; init; }

    /// <summary>Pool that gave it.</summary>
    [Id(1)] public required string Pool { get; init; }

    /// <summary>Tenant that pays.</summary>
    [Id(2)] public required string Tenant { get; init; }

    /// <summary>Job that holds it.</summary>
    [Id(3)] public required string Job { get; init; }

    /// <summary>Node of the accelerator.</summary>
    [Id(4)] public required string Node { get; init; }

    /// <summary>Run of the node in which it is valid.</summary>
    [Id(5)] public required long NodeIncarnation { get; init; }

    /// <summary>Accelerator on the node.</summary>
    [Id(6)] public required string Accelerator { get; init; }

    /// <summary>Measured speed of the accelerator when the lease was given, 10⁹ operations a second.</summary>
    [Id(7)] public required double ScoreGflops { get; init; }

    /// <summary>When it was given, UTC.</summary>
    [Id(8)] public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>The part of the accelerator's time that it gives, above 0 to 1; 1 (the default) is the whole accelerator.</summary>
    [Id(9)] public double ComputeShareFraction { get; init; } = 1;

    /// <summary>The part of the accelerator's memory that it gives, bytes; 0 (the default) is all of it.</summary>
    [Id(10)] public long MemoryBytes { get; init; }

    /// <summary>Kind of the accelerator.</summary>
    [Id(11)] public string Kind { get; init; } = "";

    /// <summary>Samples of a step, over all accelerators, that the job begins with where it starts with this lease; 0 (the default) where it goes on as it is.</summary>
    [Id(12)] public int BatchSize { get; init; }
}
