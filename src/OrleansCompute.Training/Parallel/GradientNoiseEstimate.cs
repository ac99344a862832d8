namespace OrleansCompute.Training.Parallel;

/// <summary>
/// How noisy a job's gradients are: the gradient of a batch of B samples is the true one plus noise of variance tr(Σ) / B
/// (McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", section 2.2).
/// </summary>
/// <param name="Square">Squared norm of the true gradient, |G|², above 0.</param>
/// <param name="SampleVariance">Variance of the gradient of one sample, tr(Σ), 0 or more.</param>
public readonly record struct GradientNoiseEstimate(double Square, double SampleVariance)
{
    /// <summary>The noise scale tr(Σ) / |G|², samples: batches far below it lose nothing by growing, those far above it are wasted.</summary>
    public double Scale => SampleVariance / Square;

    /// <summary>Whether the numbers are within their ranges; all other members are then finite, but for <see cref="Scale"/>.</summary>
    public bool IsSound => double.IsFinite(Square) && Square > 0 && double.IsFinite(SampleVariance) && SampleVariance >= 0;

    /// <summary>
    /// Steps of the initial batch that a step of another batch is worth: (tr(Σ)/B₀ + |G|²) / (tr(Σ)/B + |G|²), the gain ratio of AdaScale
    /// (Johnson et al. 2020, section 3); from 1 to B / B₀. For batches up to the initial one, their part of it.
    /// </summary>
    /// <param name="batch">Samples of the step, 1 or more.</param>
    /// <param name="initialBatch">Samples of the batch that the job was written for, 1 or more.</param>
    public double Gain(int batch, int initialBatch)
    {
        if (batch <= initialBatch)
        {
            return (double)batch / initialBatch;
        }

        // By the larger of both, so that no sum overflows and no divisor becomes 0.
        var unit = Math.Max(SampleVariance, Square);
        var (variance, square) = (SampleVariance / unit, Square / unit);
        return ((variance / initialBatch) + square) / ((variance / batch) + square);
    }

    /// <summary>
    /// Progress per sample relative to the initial batch, above 0 to 1: the statistical efficiency of Pollux (Qiao et al., OSDI 2021,
    /// equation 4).
    /// </summary>
    /// <param name="batch">Samples of the step, 1 or more.</param>
    /// <param name="initialBatch">Samples of the batch that the job was written for, 1 or more.</param>
    public double Efficiency(int batch, int initialBatch) => batch <= initialBatch ? 1 : Gain(batch, initialBatch) * initialBatch / batch;
}
