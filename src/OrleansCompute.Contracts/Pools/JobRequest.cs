using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a job asks of a pool.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-request.v1")]
public sealed record JobRequest
{
    /// <summary>Tenant that pays.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Job, unique in its tenant.</summary>
    [Id(1)] public required string Job { get; init; }

    /// <summary>Fewest accelerators it can run with, 1 or more.</summary>
    [Id(2)] public required int MinAccelerators { get; init; }

    /// <summary>Most accelerators it can use.</summary>
    [Id(3)] public required int MaxAccelerators { get; init; }

    /// <summary>Acceptable kinds; empty means any.</summary>
    [Id(4)] public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>When the user submitted it, UTC: the order of the queue.</summary>
    [Id(5)] public required DateTimeOffset SubmittedAt { get; init; }
}
