namespace OrleansCompute.Training.Optimisers;

/// <summary>Settings of LARS: You, Gitman and Ginsburg, "Large batch training of convolutional networks", 2017 (arXiv:1708.03888), Algorithm 1.</summary>
public sealed record LarsOptions : OptimiserOptions
{
    /// <summary>Global step size, above 0 to 100. Default 1.</summary>
    public float LearningRate { get; init; } = 1f;

    /// <summary>Part of the last movement that is kept, 0 (none) to below 1. Default 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Part of a weight that is added to its gradient, 0 to 1. Default 0.0005, the paper's.</summary>
    public float WeightDecay { get; init; } = 5e-4f;

    /// <summary>How far a layer may move relative to its weights (the paper's eta), above 0 to 1. Default 0.001, the paper's.</summary>
    public float TrustCoefficient { get; init; } = 1e-3f;

    internal override float BaseRate => LearningRate;

    private protected override void Check(List<string> errors)
    {
        OptionChecks.Above(errors, nameof(LearningRate), LearningRate, 0, 100);
        OptionChecks.Below(errors, nameof(Momentum), Momentum, 0, 1);
        OptionChecks.Within(errors, nameof(WeightDecay), WeightDecay, 0, 1);
        OptionChecks.Above(errors, nameof(TrustCoefficient), TrustCoefficient, 0, 1);
    }
}
