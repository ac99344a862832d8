using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// One worker's part of one step. Carries the update of the step before, so that a step costs one round trip. Delivering a command twice does no
/// harm: the update is made once, and the gradient is computed again.
/// </summary>
public sealed record ShardStepCommand
{
    /// <summary>Zero-based number of the step over all epochs: the updates that the worker must have made before it computes.</summary>
    public required long Step { get; init; }

    /// <summary>Samples to compute, indices into the data set; may be empty.</summary>
    public required ReadOnlyMemory<int> SampleIndices { get; init; }

    /// <summary>
    /// Samples that this worker will probably compute in the next step, so that it can load them while it computes and while gradients
    /// travel; empty where nobody knows. Only a hint: the next command decides.
    /// </summary>
    public ReadOnlyMemory<int> NextSampleIndices { get; init; }

    /// <summary>
    /// Mean gradient of step <see cref="Step"/> - 1, to be applied first; null if there is nothing to apply. Valid until the command's result is returned.
    /// </summary>
    public ReadOnlyMemory<float>? MeanGradient { get; init; }

    /// <summary>How the update by <see cref="MeanGradient"/> is made; the same for all workers. Default: as the optimiser's options say.</summary>
    public StepScale UpdateScale { get; init; } = StepScale.One;

    /// <summary>Whether the squared norms of the gradients of the parts that the samples are computed in are wanted. Default false.</summary>
    public bool MeasuresNoise { get; init; }

    /// <summary>
    /// Values of a gradient bucket (see <see cref="Parallel.GradientBucketPlan"/>) where the gradient is to be sent in buckets while it is computed; 0 (the
    /// default) where it is to be in the result as a whole. From <see cref="Parallel.GradientBucketPlan.MinLength"/> for the model's parameters upwards.
    /// </summary>
    public int GradientBucketLength { get; init; }

    /// <summary>Number of buckets of the model's gradient, for channels that stop reading when more arrive; 0 (the default) where it is sent as a whole.</summary>
    public int GradientBucketCount { get; init; }
}
