namespace OrleansCompute.Training.Optimisers;

/// <summary>Settings of Adam. The defaults are those of Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, Algorithm 1.</summary>
public sealed record AdamOptions
{
    /// <summary>Step size, above 0 to 1. Default 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the mean of gradients, 0 to below 1. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients, 0 to below 1. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Keeps the divisor from zero, above 0 to 1. Default 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!(LearningRate > 0 && LearningRate <= 1))
        {
            errors.Add($"LearningRate is {LearningRate}; allowed above 0 to 1.");
        }

        if (!(Beta1 >= 0 && Beta1 < 1))
        {
            errors.Add($"Beta1 is {Beta1}; allowed 0 to below 1.");
        }

        if (!(Beta2 >= 0 && Beta2 < 1))
        {
            errors.Add($"Beta2 is {Beta2}; allowed 0 to below 1.");
        }

        if (!(Epsilon > 0 && Epsilon <= 1))
        {
            errors.Add($"Epsilon is {Epsilon}; allowed above 0 to 1.");
        }

        return errors;
    }
}
