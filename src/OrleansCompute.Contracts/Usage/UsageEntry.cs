using Orleans;

namespace OrleansCompute.Contracts.Usage;

/// <summary>An interval of a lease: one line of the ledger. Lease and interval number identify it.</summary>
[GenerateSerializer, Immutable, Alias("oc.usage-entry.v1")]
public sealed record UsageEntry
{
    /// <summary>Pool of the lease.</summary>
    [Id(0)] public required string Pool { get; init; }

    /// <summary>Lease.</summary>
    [Id(1)] public required long LeaseId { get; init; }

    /// <summary>Number of the interval in the lease, from 0.</summary>
    [Id(2)] public required int Interval { get; init; }

    /// <summary>Tenant that pays.</summary>
    [Id(3)] public required string Tenant { get; init; }

    /// <summary>Job that used it.</summary>
    [Id(4)] public required string Job { get; init; }

    /// <summary>Node.</summary>
    [Id(5)] public required string Node { get; init; }

    /// <summary>Accelerator.</summary>
    [Id(6)] public required string Accelerator { get; init; }

    /// <summary>Beginning, UTC.</summary>
    [Id(7)] public required DateTimeOffset From { get; init; }

    /// <summary>End, UTC.</summary>
    [Id(8)] public required DateTimeOffset To { get; init; }

    /// <summary>Measured speed of the accelerator, 10⁹ operations a second.</summary>
    [Id(9)] public required double ScoreGflops { get; init; }

    /// <summary>The part of the accelerator's time that the lease gives, above 0 to 1; 1 (the default) is the whole accelerator.</summary>
    [Id(10)] public double ComputeShareFraction { get; init; } = 1;
}
