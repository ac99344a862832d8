namespace OrleansCompute.Training.Optimisers;

/// <summary>Settings of stochastic gradient descent with momentum.</summary>
public sealed record SgdOptions
{
    /// <summary>Step size, above 0 to 10. Default 0.01, the usual first try for mean gradients of small image networks (Bengio 2012, arXiv:1206.5533, 3.1.1).</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>Part of the last movement that is kept, 0 (none) to below 1. Default 0.9 (Sutskever et al., ICML 2013).</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!(LearningRate > 0 && LearningRate <= 10))
        {
            errors.Add($"LearningRate is {LearningRate}; allowed above 0 to 10.");
        }

        if (!(Momentum >= 0 && Momentum < 1))
        {
            errors.Add($"Momentum is {Momentum}; allowed 0 to below 1.");
        }

        return errors;
    }
}
