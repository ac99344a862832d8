namespace OrleansCompute.Training.Parallel;

/// <summary>
/// Estimates the gradient noise scale while training, from the gradients of the parts that a batch is computed in anyway (workers, or
/// micro-batches of one): McCandlish et al. 2018, appendix A.1. Their unbiased estimates of |G|² and tr(Σ) take two batch sizes; for k parts
/// of b₁ … b_k samples with gradients gᵢ, weighted by their samples, the small one is B/k, so that
/// tr(Σ) = (Σ bᵢ|gᵢ|² − B|g|²) / (k − 1) and |G|² = |g|² − tr(Σ)/B, which holds for parts of unequal sizes, too. Both are smoothed by
/// exponential averages, each by itself, since their quotient is biased. The plain norm, not Pollux' with Adam's preconditioner: it needs
/// nothing of the optimiser's, and is what the paper measured with Adam. Not thread-safe.
/// </summary>
public sealed class GradientNoiseEstimator
{
    /// <summary>
    /// Measurements before there is an estimate: |G|² is the small difference of two large numbers.
    /// </summary>
    public const int LeastCount = 64;

    // The last 200 measurements count, 800 steps: of the last 100, in every eighth step, estimates of a perceptron's noise scale of about 90 samples
    // went up and down between 40 and 150.
    internal const double Decay = 0.995;

    // Far above squares of float32, and far enough below those of float64 that sums and quotients stay finite.
    private const double MaxMeasured = 1e150;
    private double _square;
    private double _variance;
    private double _weight;
    private long _count;

    /// <summary>The estimate; null until enough was measured, and where the true gradient cannot be told from zero.</summary>
    public GradientNoiseEstimate? Estimate =>
        _count >= LeastCount && new GradientNoiseEstimate(_square / _weight, _variance / _weight) is { IsSound: true } estimate ? estimate : null;

    /// <summary>Takes in a step. What is not finite (a gradient that overflowed) or says nothing (one part) is left out.</summary>
    /// <param name="partSquares">Over the parts, the sum of the squared norm of their gradient SUM over their number of samples: Σ bᵢ|gᵢ|².</param>
    /// <param name="parts">Number of parts with samples.</param>
    /// <param name="meanSquare">Squared norm of the mean gradient of the whole batch.</param>
    /// <param name="samples">Samples of the batch.</param>
    /// <returns>Whether it counted.</returns>
    public bool Observe(double partSquares, int parts, double meanSquare, int samples)
    {
        if (parts < 2 || samples < parts || !double.IsFinite(partSquares) || !double.IsFinite(meanSquare) || partSquares < 0 || meanSquare < 0)
        {
            return false;
        }

        var (square, variance) = Unbiased(partSquares, parts, meanSquare, samples);
        if (Math.Abs(square) > MaxMeasured || Math.Abs(variance) > MaxMeasured)
        {
            return false;
        }

        _square = (Decay * _square) + ((1 - Decay) * square);
        _variance = (Decay * _variance) + ((1 - Decay) * variance);
        _weight = (Decay * _weight) + (1 - Decay);
        _count++;
        return true;
    }

    /// <summary>|G|² and tr(Σ) from one step, each right on average; |G|² may be negative. Parameters as of <see cref="Observe"/>, at least two parts.</summary>
    public static (double Square, double SampleVariance) Unbiased(double partSquares, int parts, double meanSquare, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, parts);
        var variance = (partSquares - (samples * meanSquare)) / (parts - 1);
        return (meanSquare - (variance / samples), variance);
    }

    /// <summary>What it remembers.</summary>
    public GradientNoiseState Export() => new(_square, _variance, _weight, _count);

    /// <summary>Goes on from what another one remembered.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be.</exception>
    public void Import(GradientNoiseState state)
    {
        if (!state.IsSound)
        {
            throw new ArgumentException($"The state of the gradient noise is {state}; allowed: finite means, a count of 0 or more, and the weight that it gives.", nameof(state));
        }

        (_square, _variance, _weight, _count) = (state.Square, state.SampleVariance, state.Weight, state.Count);
    }
}
