using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>What a worker computed in a step.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-step-outcome.v1")]
public sealed record ShardStepOutcome
{
    /// <summary>Sum, not mean, of the gradients of the samples; one number per parameter. Empty where there were no samples. Valid until the step after next.</summary>
    [Id(0)] public required float[] GradientSum { get; init; }

    /// <summary>Sum of the losses, nats.</summary>
    [Id(1)] public required double LossSum { get; init; }

    /// <summary>Samples classified correctly.</summary>
    [Id(2)] public required int Correct { get; init; }

    /// <summary>Samples computed.</summary>
    [Id(3)] public required int Count { get; init; }

    /// <summary>Time in which the accelerator worked on the step, enforced idling not included.</summary>
    [Id(4)] public required TimeSpan BusyTime { get; init; }

    /// <summary>Enforced share of the accelerator, above 0 to 1: the step keeps the worker for busy time over share.</summary>
    [Id(5)] public required double ComputeShareFraction { get; init; }

    /// <summary>Where the noise is measured: over the parts that the samples were computed in, the sum of the squared norm of the gradient sum over the samples.</summary>
    [Id(6)] public double PartSquares { get; init; }

    /// <summary>Where the noise is measured: the number of these parts.</summary>
    [Id(7)] public int Parts { get; init; }

    /// <summary>What the gradient is multiplied by: the loss scale of mixed precision, above 0. 0, as older builds send it, says 1.</summary>
    [Id(8)] public double GradientScale { get; init; }
}
