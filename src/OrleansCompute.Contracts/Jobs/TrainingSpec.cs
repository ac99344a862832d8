using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>How to train.</summary>
[GenerateSerializer, Immutable, Alias("oc.training-spec.v1")]
public sealed record TrainingSpec
{
    /// <summary>Passes over the data, 1 to 1000.</summary>
    [Id(0)] public required int Epochs { get; init; }

    /// <summary>Samples per step over all workers, 1 to 65536.</summary>
    [Id(1)] public required int BatchSize { get; init; }

    /// <summary>Adam's step size, above 0 to 1. Default 0.001 (Kingma and Ba 2015).</summary>
    [Id(2)] public double LearningRate { get; init; } = 0.001;

    /// <summary>Seed of the weights and of the order of samples.</summary>
    [Id(3)] public long Seed { get; init; } = 1;

    /// <summary>
    /// Seconds for which, right after training, every worker trains a copy of its own with no exchange, to learn what joint training
    /// costs; half of it more goes into warming up. 0 (the default) leaves the measurement out. Range 0 to 60.
    /// </summary>
    [Id(4)] public double EfficiencyWindowSeconds { get; init; }
}
