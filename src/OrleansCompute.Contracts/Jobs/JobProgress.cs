using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>How far a job is.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-progress.v1")]
public sealed record JobProgress
{
    /// <summary>Epoch in progress, from 1.</summary>
    [Id(0)] public required int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    [Id(1)] public required int Epochs { get; init; }

    /// <summary>Steps done, over all epochs.</summary>
    [Id(2)] public required long Step { get; init; }

    /// <summary>Samples used, over all epochs; where the batch may change, each counted by the efficiency of its step.</summary>
    [Id(3)] public required long SamplesDone { get; init; }

    /// <summary>Samples of the whole job.</summary>
    [Id(4)] public required long SamplesTotal { get; init; }

    /// <summary>Mean loss of the recent steps, nats per sample.</summary>
    [Id(5)] public required double Loss { get; init; }

    /// <summary>Samples a second over all workers, recent.</summary>
    [Id(6)] public required double ImagesPerSecond { get; init; }

    /// <summary>Estimated time to the end of training.</summary>
    [Id(7)] public required TimeSpan Remaining { get; init; }

    /// <summary>The workers, by rank.</summary>
    [Id(8)] public required ImmutableArray<WorkerProgress> Workers { get; init; }

    /// <summary>The batch, and what its samples are worth; null in what older versions stored.</summary>
    [Id(9)] public BatchProgress? Batch { get; init; }
}
