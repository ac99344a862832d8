namespace OrleansCompute.Training.Parallel;

/// <summary>What a <see cref="GradientNoiseEstimator"/> remembers, for checkpoints.</summary>
/// <param name="Square">Weighted sum of the measured |G|²; finite, may be negative.</param>
/// <param name="SampleVariance">Weighted sum of the measured tr(Σ); finite.</param>
/// <param name="Weight">Sum of the weights: 1 less the estimator's decay to the power of <paramref name="Count"/>, but for rounding.</param>
/// <param name="Count">Measurements, 0 or more.</param>
public readonly record struct GradientNoiseState(double Square, double SampleVariance, double Weight, long Count)
{
    // Rounding stays below 1e-13: what is rounded decays as the sums do.
    private const double WeightTolerance = 1e-9;

    /// <summary>Whether an estimator can go on from it.</summary>
    public bool IsSound => Count switch
    {
        < 0 => false,
        0 => this == default,
        _ => Math.Abs(Weight - WeightOf(Count)) <= WeightTolerance * WeightOf(Count) && double.IsFinite(Square / Weight) && double.IsFinite(SampleVariance / Weight),
    };

    private static double WeightOf(long count) => 1 - Math.Pow(GradientNoiseEstimator.Decay, count);
}
