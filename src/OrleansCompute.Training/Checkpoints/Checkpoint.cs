using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Checkpoints;

/// <summary>
/// All that is needed to go on with a training run as if it had never stopped. Taken at a step boundary, after the update of the
/// last step. Immutable by convention.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>Epoch of the next step, zero-based; the number of epochs once training is complete.</summary>
    public required int Epoch { get; init; }

    /// <summary>Next step within the epoch, zero-based: the sampler's cursor in global batches.</summary>
    public required int StepInEpoch { get; init; }

    /// <summary>Updates made so far over all epochs.</summary>
    public required long GlobalStep { get; init; }

    /// <summary>Seed of the sampler.</summary>
    public required long Seed { get; init; }

    /// <summary>Samples per global batch; the cursor counts in these. The initial batch where it changes.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Where the batch size changes, or has changed within the epoch: what it is now and how far the run is; null (the default) where it is fixed.</summary>
    public AdaptiveBatchState? Adaptive { get; init; }

    /// <summary>Samples per epoch.</summary>
    public required int SampleCount { get; init; }

    /// <summary>SHA-256 of the model definition, 64 hex digits: parameters fit only this one.</summary>
    public required string ModelHash { get; init; }

    /// <summary>SHA-256 of the data set, 64 hex digits.</summary>
    public required string DatasetHash { get; init; }

    /// <summary>All parameters in the model's order.</summary>
    public required float[] Parameters { get; init; }

    /// <summary>The optimiser's memory.</summary>
    public required OptimiserState Optimiser { get; init; }
}
