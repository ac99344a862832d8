namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Layer normalisation (Ba et al. 2016) and root-mean-square normalisation (Zhang and Sennrich 2019) of the rows of a row-major matrix,
/// forward and backward. Callers with threads give each a range of rows, and gradients of the parameters of its own to sum afterwards.
/// Stateless, allocation-free.
/// </summary>
internal static unsafe class LayerNorm
{
    /// <summary>
    /// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta on each row, in two passes (no cancellation).
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="columns">Elements of a row, 1 or more.</param>
    /// <param name="x">Rows; with a residual, x + residual is what is normalised.</param>
    /// <param name="residual">Empty, or as long as x.</param>
    /// <param name="sum">Receives x + residual; empty without a residual. It may be x or the residual.</param>
    /// <param name="gamma">One factor per column, or empty for 1.</param>
    /// <param name="beta">One offset per column, or empty for 0.</param>
    /// <param name="epsilon">Added to the variance; 1e-5 in PyTorch and ONNX.</param>
    /// <param name="y">As long as x; it may be x.</param>
    /// <param name="mean">One per row, kept for the gradient, or empty.</param>
    /// <param name="inverseDeviation">1 / sqrt(variance + epsilon), one per row, kept for the gradient, or empty.</param>
    public static void Forward(
        SimdLevel level,
        int columns,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> residual,
        Span<float> sum,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> y,
        Span<float> mean,
        Span<float> inverseDeviation)
    {
        var rows = Check(columns, x.Length, y.Length, gamma.Length, beta.Length);
        CheckOptional(rows, mean.Length, nameof(mean));
        CheckOptional(rows, inverseDeviation.Length, nameof(inverseDeviation));
        CheckOptional(x.Length, residual.Length, nameof(residual));
        Lengths.Equal(residual.Length, sum.Length, nameof(sum));
        fixed (float* from = x, added = residual, total = sum, g = gamma, b = beta, to = y, m = mean, d = inverseDeviation)
        {
            switch (level)
            {
                case SimdLevel.Vector512:
                    LayerNormLoops<Lanes512>.Forward(rows, columns, from, added, total, g, b, epsilon, to, m, d, centre: true);
                    break;
                case SimdLevel.Vector256:
                    LayerNormLoops<Lanes256>.Forward(rows, columns, from, added, total, g, b, epsilon, to, m, d, centre: true);
                    break;
                default:
                    LayerNormLoops<Lanes1>.Forward(rows, columns, from, added, total, g, b, epsilon, to, m, d, centre: true);
                    break;
            }
        }
    }

    /// <summary>
    /// The gradients of <see cref="Forward"/>: dx of its input (the sum, if there was a residual), and those of gamma and beta, which are
    /// added to what the spans hold.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="columns">Elements of a row, 1 or more.</param>
    /// <param name="x">What was normalised.</param>
    /// <param name="gamma">As in the forward pass.</param>
    /// <param name="mean">As the forward pass left it.</param>
    /// <param name="inverseDeviation">As the forward pass left it.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="accumulate">Adds to dx (the gradient that a residual connection brings) instead of replacing it.</param>
    /// <param name="dx">As long as x; it may be dy unless it accumulates.</param>
    /// <param name="dGamma">One per column, or empty.</param>
    /// <param name="dBeta">One per column, or empty.</param>
    public static void Backward(
        SimdLevel level,
        int columns,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> inverseDeviation,
        ReadOnlySpan<float> dy,
        bool accumulate,
        Span<float> dx,
        Span<float> dGamma,
        Span<float> dBeta)
    {
        var rows = Check(columns, x.Length, dx.Length, gamma.Length, dBeta.Length);
        Lengths.Equal(x.Length, dy.Length, nameof(dy));
        Lengths.Equal(rows, mean.Length, nameof(mean));
        Lengths.Equal(rows, inverseDeviation.Length, nameof(inverseDeviation));
        CheckOptional(columns, dGamma.Length, nameof(dGamma));
        fixed (float* from = x, g = gamma, m = mean, d = inverseDeviation, incoming = dy, to = dx, dg = dGamma, db = dBeta)
        {
            switch (level)
            {
                case SimdLevel.Vector512:
                    LayerNormLoops<Lanes512>.Backward(rows, columns, from, g, m, d, incoming, accumulate, to, dg, db, centre: true);
                    break;
                case SimdLevel.Vector256:
                    LayerNormLoops<Lanes256>.Backward(rows, columns, from, g, m, d, incoming, accumulate, to, dg, db, centre: true);
                    break;
                default:
                    LayerNormLoops<Lanes1>.Backward(rows, columns, from, g, m, d, incoming, accumulate, to, dg, db, centre: true);
                    break;
            }
        }
    }

    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * gamma on each row; arguments as those of <see cref="Forward"/>.</summary>
    public static void RmsForward(
        SimdLevel level,
        int columns,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> residual,
        Span<float> sum,
        ReadOnlySpan<float> gamma,
        float epsilon,
        Span<float> y,
        Span<float> inverseDeviation)
    {
        var rows = Check(columns, x.Length, y.Length, gamma.Length, 0);
        CheckOptional(rows, inverseDeviation.Length, nameof(inverseDeviation));
        CheckOptional(x.Length, residual.Length, nameof(residual));
        Lengths.Equal(residual.Length, sum.Length, nameof(sum));
        fixed (float* from = x, added = residual, total = sum, g = gamma, to = y, d = inverseDeviation)
        {
            switch (level)
            {
                case SimdLevel.Vector512:
                    LayerNormLoops<Lanes512>.Forward(rows, columns, from, added, total, g, null, epsilon, to, null, d, centre: false);
                    break;
                case SimdLevel.Vector256:
                    LayerNormLoops<Lanes256>.Forward(rows, columns, from, added, total, g, null, epsilon, to, null, d, centre: false);
                    break;
                default:
                    LayerNormLoops<Lanes1>.Forward(rows, columns, from, added, total, g, null, epsilon, to, null, d, centre: false);
                    break;
            }
        }
    }

    /// <summary>The gradients of <see cref="RmsForward"/>; arguments as those of <see cref="Backward"/>.</summary>
    public static void RmsBackward(
        SimdLevel level,
        int columns,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> inverseDeviation,
        ReadOnlySpan<float> dy,
        bool accumulate,
        Span<float> dx,
        Span<float> dGamma)
    {
        var rows = Check(columns, x.Length, dx.Length, gamma.Length, dGamma.Length);
        Lengths.Equal(x.Length, dy.Length, nameof(dy));
        Lengths.Equal(rows, inverseDeviation.Length, nameof(inverseDeviation));
        fixed (float* from = x, g = gamma, d = inverseDeviation, incoming = dy, to = dx, dg = dGamma)
        {
            switch (level)
            {
                case SimdLevel.Vector512:
                    LayerNormLoops<Lanes512>.Backward(rows, columns, from, g, null, d, incoming, accumulate, to, dg, null, centre: false);
                    break;
                case SimdLevel.Vector256:
                    LayerNormLoops<Lanes256>.Backward(rows, columns, from, g, null, d, incoming, accumulate, to, dg, null, centre: false);
                    break;
                default:
                    LayerNormLoops<Lanes1>.Backward(rows, columns, from, g, null, d, incoming, accumulate, to, dg, null, centre: false);
                    break;
            }
        }
    }

    private static int Check(int columns, int length, int resultLength, int gammaLength, int betaLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Lengths.Multiple(length, columns, "x");
        Lengths.Equal(length, resultLength, "y or dx");
        CheckOptional(columns, gammaLength, "gamma");
        CheckOptional(columns, betaLength, "beta");
        return length / columns;
    }

    private static void CheckOptional(int expected, int actual, string name)
    {
        if (actual != 0)
        {
            Lengths.Equal(expected, actual, name);
        }
    }
}
