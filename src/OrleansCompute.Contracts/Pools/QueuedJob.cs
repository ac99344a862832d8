using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A job that waits, and why.</summary>
[GenerateSerializer, Immutable, Alias("oc.queued-job.v1")]
public sealed record QueuedJob
{
    /// <summary>What it asks.</summary>
    [Id(0)] public required JobRequest Request { get; init; }

    /// <summary>A sentence with numbers that says why it waits.</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>When it is expected to start, UTC; null where nobody knows.</summary>
    [Id(2)] public DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>
    /// When <see cref="Reason"/> was found, UTC: by a round, or when somebody asked why since; null where no round has seen the job yet.
    /// </summary>
    [Id(3)] public DateTimeOffset? ReasonAt { get; init; }
}
