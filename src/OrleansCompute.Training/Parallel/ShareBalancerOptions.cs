namespace OrleansCompute.Training.Parallel;

/// <summary>How quickly the shares of a batch follow the measured speeds.</summary>
public sealed record ShareBalancerOptions
{
    /// <summary>
    /// Weight of the newest window in the moving average of a worker's speed, above 0 to 1. Default 0.5: after a worker's speed
    /// changes, three windows bring the estimate to within 13 % of the change.
    /// </summary>
    public double Smoothing { get; init; } = 0.5;

    /// <summary>
    /// Shares stay as they are unless new ones shorten the predicted step by more than this fraction, 0 to below 1. Default 0.03: the spread
    /// of step times on an undisturbed machine, so that shares do not chase noise.
    /// </summary>
    public double MinImprovementFraction { get; init; } = 0.03;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!(Smoothing > 0 && Smoothing <= 1))
        {
            errors.Add($"Smoothing is {Smoothing}; allowed above 0 to 1.");
        }

        if (!(MinImprovementFraction >= 0 && MinImprovementFraction < 1))
        {
            errors.Add($"MinImprovementFraction is {MinImprovementFraction}; allowed 0 to below 1.");
        }

        return errors;
    }
}
