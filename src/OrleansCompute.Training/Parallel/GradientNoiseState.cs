namespace OrleansCompute.Training.Parallel;

/// <summary>What a <see cref="GradientNoiseEstimator"/> remembers, for checkpoints.</summary>
/// <param name="Square">Weighted sum of the measured |G|²; finite, may be negative.</param>
/// <param name="SampleVariance">Weighted sum of the measured tr(Σ); finite.</param>
/// <param name="Weight">Sum of the weights, 0 to 1.</param>
/// <param name="Count">Measurements, 0 or more.</param>
public readonly record struct GradientNoiseState(double Square, double SampleVariance, double Weight, long Count)
{
    /// <summary>Whether an estimator can go on from it.</summary>
    public bool IsSound => double.IsFinite(Square) && double.IsFinite(SampleVariance) && Weight is >= 0 and <= 1 && Count >= 0 && (Count == 0) == (Weight == 0);
}
