namespace OrleansCompute.Cli.Bench;

/// <summary>What a model reached with several seeds. Immutable.</summary>
/// <param name="Values">One score per seed.</param>
internal sealed record SeedScores(IReadOnlyList<double> Values)
{
    /// <summary>Mean of the scores; NaN without any.</summary>
    public double Mean => Values.Count == 0 ? double.NaN : Values.Average();

    /// <summary>Standard deviation of a single score; 0 with fewer than two.</summary>
    public double Deviation => Values.Count < 2 ? 0 : Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count - 1));

    /// <summary>Standard error of the mean.</summary>
    public double StandardError => Values.Count == 0 ? 0 : Deviation / Math.Sqrt(Values.Count);

    /// <summary>
    /// Whether these scores are as good as others: their mean is no worse by more than two standard errors of the difference, or by less
    /// than the slack, which stands for what seeds have not shown.
    /// </summary>
    /// <param name="other">Scores of the peer.</param>
    /// <param name="slack">Difference that means nothing.</param>
    /// <param name="lessIsBetter">For losses.</param>
    public bool IsAsGoodAs(SeedScores other, double slack, bool lessIsBetter)
    {
        var behind = lessIsBetter ? Mean - other.Mean : other.Mean - Mean;
        var error = Math.Sqrt((StandardError * StandardError) + (other.StandardError * other.StandardError));
        return behind <= Math.Max(slack, 2 * error);
    }
}
