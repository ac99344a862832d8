using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>A part of what a worker computed in a step: a bucket of its gradient, or at the end the outcome. Never changed once sent.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-step-part.v1")]
public sealed record ShardStepPart
{
    /// <summary>Number of the bucket: 0 is the end of the gradient vector, which backward makes first.</summary>
    [Id(0)] public int Bucket { get; init; }

    /// <summary>Sum, not mean, of the samples' gradients in the bucket; null in the last part. Valid until the step after next.</summary>
    [Id(1)] public float[]? Gradient { get; init; }

    /// <summary>The outcome, with an empty gradient; null in all parts but the last.</summary>
    [Id(2)] public ShardStepOutcome? Outcome { get; init; }
}
