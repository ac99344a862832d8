using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A job that holds accelerators, and why it holds these.</summary>
[GenerateSerializer, Immutable, Alias("oc.running-job.v1")]
public sealed record RunningJob
{
    /// <summary>What it asks.</summary>
    [Id(0)] public required JobRequest Request { get; init; }

    /// <summary>Its leases.</summary>
    [Id(1)] public required ImmutableArray<long> Leases { get; init; }

    /// <summary>Those of them that it was asked to give back at its next step boundary.</summary>
    [Id(2)] public required ImmutableArray<long> Yielding { get; init; }

    /// <summary>A sentence of the policy.</summary>
    [Id(3)] public required string Reason { get; init; }

    /// <summary>Accelerator-seconds that it has held.</summary>
    [Id(4)] public required double AttainedAcceleratorSeconds { get; init; }

    /// <summary>When it is expected to end, UTC; null where nobody knows.</summary>
    [Id(5)] public DateTimeOffset? ExpectedEnd { get; init; }

    /// <summary>When <see cref="Reason"/> was found, UTC; null where no round has seen the job yet.</summary>
    [Id(6)] public DateTimeOffset? ReasonAt { get; init; }
}
