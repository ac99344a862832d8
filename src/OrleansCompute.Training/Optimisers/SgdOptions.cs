namespace OrleansCompute.Training.Optimisers;

/// <summary>Settings of stochastic gradient descent with momentum.</summary>
public sealed record SgdOptions : OptimiserOptions
{
    /// <summary>Step size, above 0 to 10. Default 0.01, the usual first try for mean gradients of small image networks (Bengio 2012, arXiv:1206.5533, 3.1.1).</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>Part of the last movement that is kept, 0 (none) to below 1. Default 0.9 (Sutskever et al., ICML 2013).</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the step looks ahead along the velocity (Nesterov, as Sutskever et al. 2013 write it); needs momentum. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Part of a weight that is added to its gradient, 0 to 1. Default 0.</summary>
    public float WeightDecay { get; init; }

    internal override float BaseRate => LearningRate;

    private protected override void Check(List<string> errors)
    {
        OptionChecks.Above(errors, nameof(LearningRate), LearningRate, 0, 10);
        OptionChecks.Below(errors, nameof(Momentum), Momentum, 0, 1);
        OptionChecks.Within(errors, nameof(WeightDecay), WeightDecay, 0, 1);
        if (Nesterov && Momentum == 0)
        {
            errors.Add("Nesterov is set and Momentum is 0; allowed with Nesterov: above 0 to below 1.");
        }
    }
}
