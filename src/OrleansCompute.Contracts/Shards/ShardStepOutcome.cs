using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>What a worker computed in a step.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-step-outcome.v1")]
public sealed record ShardStepOutcome
{
    /// <summary>Sum, not mean, of the gradients of the samples; one number per parameter. Valid until the step after next.</summary>
    [Id(0)] public required float[] GradientSum { get; init; }

    /// <summary>Sum of the losses, nats.</summary>
    [Id(1)] public required double LossSum { get; init; }

    /// <summary>Samples classified correctly.</summary>
    [Id(2)] public required int Correct { get; init; }

    /// <summary>Samples computed.</summary>
    [Id(3)] public required int Count { get; init; }

    /// <summary>Time from the start of the work to its end, enforced idling included.</summary>
    [Id(4)] public required TimeSpan BusyTime { get; init; }
}
