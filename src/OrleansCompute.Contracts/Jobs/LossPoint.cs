using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>A point of the loss curve.</summary>
[GenerateSerializer, Immutable, Alias("oc.loss-point.v1")]
public readonly record struct LossPoint
{
    /// <summary>Step, over all epochs.</summary>
    [Id(0)] public required long Step { get; init; }

    /// <summary>Mean loss around the step, nats per sample.</summary>
    [Id(1)] public required double Loss { get; init; }
}
