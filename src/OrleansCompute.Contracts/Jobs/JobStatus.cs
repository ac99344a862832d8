using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>A job at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-status.v1")]
public sealed record JobStatus
{
    /// <summary>What was asked.</summary>
    [Id(0)] public required JobSpec Spec { get; init; }

    /// <summary>Where it is.</summary>
    [Id(1)] public required JobState State { get; init; }

    /// <summary>Why it is there, a sentence.</summary>
    [Id(2)] public required string Reason { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    [Id(3)] public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When training began, UTC.</summary>
    [Id(4)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    [Id(5)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Starts and restarts so far; each has workers of its own.</summary>
    [Id(6)] public required int Generation { get; init; }

    /// <summary>How far it is; null before the first step.</summary>
    [Id(7)] public JobProgress? Progress { get; init; }

    /// <summary>Loss curve, at most 500 points.</summary>
    [Id(8)] public ImmutableArray<LossPoint> LossCurve { get; init; } = [];

    /// <summary>What happened, newest last, at most 200.</summary>
    [Id(9)] public ImmutableArray<JobEvent> Events { get; init; } = [];

    /// <summary>What it reached; null until it succeeded.</summary>
    [Id(10)] public JobResult? Result { get; init; }
}
