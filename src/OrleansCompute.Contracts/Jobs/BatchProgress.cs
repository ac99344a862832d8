using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>What a job's steps are worth.</summary>
[GenerateSerializer, Immutable, Alias("oc.batch-progress.v1")]
public sealed record BatchProgress
{
    /// <summary>Samples of a step now, over all workers.</summary>
    [Id(0)] public required int BatchSize { get; init; }

    /// <summary>
    /// Noise scale of the gradients, samples: batches far below it lose nothing by growing (McCandlish et al. 2018). Null where it is not measured, or
    /// not known yet.
    /// </summary>
    [Id(1)] public double? NoiseScaleSamples { get; init; }

    /// <summary>Progress per sample relative to the spec's batch, above 0 to 1.</summary>
    [Id(2)] public double EfficiencyFraction { get; init; } = 1;

    /// <summary>Goodput: samples a second times the efficiency.</summary>
    [Id(3)] public double UsefulSamplesPerSecond { get; init; }

    /// <summary>What the step size is multiplied by because of the batch.</summary>
    [Id(4)] public double LearningRateFactor { get; init; } = 1;

    /// <summary>Samples computed by this run; <see cref="JobProgress.SamplesDone"/> counts each by its efficiency.</summary>
    [Id(5)] public long SamplesComputed { get; init; }
}
