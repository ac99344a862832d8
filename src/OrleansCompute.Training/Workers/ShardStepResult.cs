using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Workers;

/// <summary>What one worker did in one step.</summary>
public sealed record ShardStepResult
{
    /// <summary>Sum of the samples' losses.</summary>
    public required double LossSum { get; init; }

    /// <summary>Samples classified correctly before the update.</summary>
    public required int Correct { get; init; }

    /// <summary>Samples computed: as many as the command named.</summary>
    public required int Count { get; init; }

    /// <summary>Time in which the worker's accelerator worked on it, update and copying included.</summary>
    public required TimeSpan BusyTime { get; init; }

    /// <summary>
    /// Part of the time that the worker may use its accelerator, above 0 to 1; default 1. The step keeps the worker for busy time / share, which is
    /// what shares of a batch must be balanced by.
    /// </summary>
    public double ComputeShare { get; init; } = 1;

    /// <summary>Where the noise is measured: over the parts, the sum of the squared norm of the part's gradient sum over its samples. Default 0.</summary>
    public double PartSquares { get; init; }

    /// <summary>Where the noise is measured: the number of parts. Default 0.</summary>
    public int Parts { get; init; }

    /// <summary>
    /// What the gradient, and so the root of <see cref="PartSquares"/>, is multiplied by (the loss scale of mixed precision), finite and above 0; the same for
    /// all workers of a step. Default 1.
    /// </summary>
    public double GradientScale { get; init; } = 1;

    /// <summary>Sum of the samples' gradients; empty if there were no samples, or if it was sent in buckets. Valid until the worker's next command but one.</summary>
    public ReadOnlyMemory<float> GradientSum { get; init; }

    /// <summary>Loss, correct and count together.</summary>
    public BatchScore Score => new(LossSum, Correct, Count);
}
