using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>
/// The method that moves the parameters. A number left out has the default of the method's paper, which the training library documents;
/// a number that the method does not have is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("oc.optimizer-spec.v1")]
public sealed record OptimizerSpec
{
    /// <summary>sgd, adam, adamw, lamb or lars. Default adam.</summary>
    [Id(0)] public string Name { get; init; } = "adam";

    /// <summary>sgd, lars: part of the last movement that is kept, 0 to below 1. Default 0.9.</summary>
    [Id(1)] public double? Momentum { get; init; }

    /// <summary>sgd: whether the step looks ahead along the velocity; needs momentum. Default false.</summary>
    [Id(2)] public bool Nesterov { get; init; }

    /// <summary>Part of a weight that decays, 0 to 1. Default 0 for sgd and adam, 0.01 for adamw and lamb, 0.0005 for lars.</summary>
    [Id(3)] public double? WeightDecay { get; init; }

    /// <summary>adam, adamw, lamb: decay of the mean of gradients, 0 to below 1. Default 0.9.</summary>
    [Id(4)] public double? Beta1 { get; init; }

    /// <summary>adam, adamw, lamb: decay of the mean of squared gradients, 0 to below 1. Default 0.999.</summary>
    [Id(5)] public double? Beta2 { get; init; }

    /// <summary>adam, adamw, lamb: keeps the divisor from zero, above 0 to 1. Default 1e-8, for lamb 1e-6.</summary>
    [Id(6)] public double? Epsilon { get; init; }

    /// <summary>lars: how far a layer may move relative to its weights, above 0 to 1. Default 0.001.</summary>
    [Id(7)] public double? TrustCoefficient { get; init; }
}
