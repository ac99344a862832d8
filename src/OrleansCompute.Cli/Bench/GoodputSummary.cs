namespace OrleansCompute.Cli.Bench;

/// <summary>What the goodput benchmark found: the same jobs with the fixed batch and with those that the pool chose.</summary>
/// <param name="Plan">What was trained.</param>
/// <param name="Runs">One of each kind per seed.</param>
internal sealed record GoodputSummary(GoodputPlan Plan, IReadOnlyList<GoodputRun> Runs)
{
    /// <summary>2.5 standard errors of a fraction of 10,000 images.</summary>
    private const double Slack = 0.008;

    /// <summary>Median over the seeds of the time with the fixed batch over that with chosen ones: above 1, the chosen ones are faster.</summary>
    public double MedianSpeedUp => Median([.. Seeds.Select(seed => Of(seed, isAdaptive: false).Seconds / Of(seed, isAdaptive: true).Seconds)]);

    /// <summary>Median seconds with the fixed batch.</summary>
    public double MedianFixedSeconds => Median([.. Runs.Where(run => !run.IsAdaptive).Select(run => run.Seconds)]);

    /// <summary>Median seconds with chosen batches.</summary>
    public double MedianAdaptiveSeconds => Median([.. Runs.Where(run => run.IsAdaptive).Select(run => run.Seconds)]);

    /// <summary>Accuracies with the fixed batch.</summary>
    public SeedScores FixedAccuracy => new([.. Runs.Where(run => !run.IsAdaptive).Select(run => run.AccuracyFraction)]);

    /// <summary>Accuracies with chosen batches.</summary>
    public SeedScores AdaptiveAccuracy => new([.. Runs.Where(run => run.IsAdaptive).Select(run => run.AccuracyFraction)]);

    /// <summary>Whether chosen batches learn what the fixed one does, within the spread over seeds.</summary>
    public bool IsAsAccurate => AdaptiveAccuracy.IsAsGoodAs(FixedAccuracy, Slack, lessIsBetter: false);

    /// <summary>Whether they do so in less time.</summary>
    public bool IsReached => IsAsAccurate && MedianSpeedUp > 1;

    private IEnumerable<int> Seeds => Runs.Select(run => run.Seed).Distinct();

    private GoodputRun Of(int seed, bool isAdaptive) => Runs.First(run => run.Seed == seed && run.IsAdaptive == isAdaptive);

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
