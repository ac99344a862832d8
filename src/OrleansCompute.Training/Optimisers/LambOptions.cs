namespace OrleansCompute.Training.Optimisers;

/// <summary>Settings of LAMB: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, Algorithm 2.</summary>
public sealed record LambOptions : OptimiserOptions
{
    /// <summary>Step size, above 0 to 1. Default 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the mean of gradients, 0 to below 1. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients, 0 to below 1. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Keeps the divisor from zero, above 0 to 1. Default 1e-6.</summary>
    public float Epsilon { get; init; } = 1e-6f;

    /// <summary>Part of a weight that is added to its update, 0 to 1. Default 0.01.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    internal override float BaseRate => LearningRate;

    private protected override void Check(List<string> errors)
    {
        OptionChecks.Above(errors, nameof(LearningRate), LearningRate, 0, 1);
        OptionChecks.Below(errors, nameof(Beta1), Beta1, 0, 1);
        OptionChecks.Below(errors, nameof(Beta2), Beta2, 0, 1);
        OptionChecks.Above(errors, nameof(Epsilon), Epsilon, 0, 1);
        OptionChecks.Within(errors, nameof(WeightDecay), WeightDecay, 0, 1);
    }
}
