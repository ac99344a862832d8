using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>One step of one worker: apply the last step's mean gradient, then compute these samples.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-step.v1")]
public sealed record ShardStep
{
    /// <summary>Number of the step, over all epochs, from 0: the updates that the worker must have made before it computes.</summary>
    [Id(0)] public required long Step { get; init; }

    /// <summary>Indices of the samples that this worker computes.</summary>
    [Id(1)] public required ImmutableArray<int> Samples { get; init; }

    /// <summary>Mean gradient of the previous step, one number per parameter; null before the first step. Never changed once sent.</summary>
    [Id(2)] public float[]? MeanGradient { get; init; }

    /// <summary>Samples that this worker will probably compute in the next step, to be loaded meanwhile; empty where nobody knows.</summary>
    [Id(3)] public ImmutableArray<int> NextSamples { get; init; } = [];

    /// <summary>Values of a bucket of the gradient where it is sent in buckets; 0 where the outcome has it as a whole.</summary>
    [Id(4)] public int GradientBucketLength { get; init; }

    /// <summary>What the step size of the update is multiplied by, above 0. Default 1.</summary>
    [Id(5)] public double RateFactor { get; init; } = 1;

    /// <summary>Steps of the initial batch made before the update, for the schedule of the step size; null (the default) for the updates made.</summary>
    [Id(6)] public long? SchedulePosition { get; init; }

    /// <summary>Whether the noise of the gradients is measured. Default false.</summary>
    [Id(7)] public bool MeasuresNoise { get; init; }
}
