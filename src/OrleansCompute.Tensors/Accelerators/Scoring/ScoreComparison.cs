namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>Compares score cards, of accelerators of one node or of several. Stateless and thread-safe.</summary>
public static class ScoreComparison
{
    /// <summary>How many times as fast a card is as another in one measurement.</summary>
    /// <param name="card">The card.</param>
    /// <param name="baseline">What counts as 1.</param>
    /// <param name="name">Name of the measurement.</param>
    /// <returns>More than 1 for faster; null when one of them has no value.</returns>
    public static double? Relative(ScoreCard card, ScoreCard baseline, string name)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(baseline);
        var (own, other) = (Find(card, name), Find(baseline, name));
        return own?.Value is > 0 and var value && other?.Value is > 0 and var reference && own.Unit == other.Unit
            ? own.IsSmallerBetter ? reference / value : value / reference
            : null;
    }

    /// <summary>The geometric mean of all ratios that both cards have; null when they have none in common.</summary>
    /// <param name="card">The card.</param>
    /// <param name="baseline">What counts as 1.</param>
    public static double? Overall(ScoreCard card, ScoreCard baseline)
    {
        ArgumentNullException.ThrowIfNull(card);
        double[] ratios = [.. card.Measurements.Select(line => Relative(card, baseline, line.Name)).OfType<double>()];
        return ratios.Length == 0 ? null : Math.Exp(ratios.Sum(Math.Log) / ratios.Length);
    }

    private static ScoreMeasurement? Find(ScoreCard card, string name) => card.Measurements.FirstOrDefault(line => line.Name == name);
}
