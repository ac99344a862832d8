namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015) of [batch, channels, inner]: channels-first images have inner = height * width, and
/// channels-last ones are [batch * height * width, channels, 1]. Stateless, allocation-free.
/// </summary>
internal static unsafe class BatchNorm
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, with the running statistics. y may be x.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="inner">Elements of one channel of one sample; 1 for channels-last.</param>
    /// <param name="x">[batch, channels, inner].</param>
    /// <param name="gamma">One factor per channel, or empty for 1.</param>
    /// <param name="beta">One offset per channel, or empty for 0.</param>
    /// <param name="mean">One per channel.</param>
    /// <param name="variance">One per channel.</param>
    /// <param name="epsilon">Added to the variance; 1e-5 in PyTorch and ONNX.</param>
    /// <param name="y">As long as x.</param>
    public static void Inference(
        SimdLevel level,
        int batch,
        int channels,
        int inner,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon,
        Span<float> y)
    {
        Check(batch, channels, inner, x.Length, y.Length, gamma.Length, beta.Length);
        Lengths.Equal(channels, mean.Length, nameof(mean));
        Lengths.Equal(channels, variance.Length, nameof(variance));
        fixed (float* from = x, g = gamma, b = beta, m = mean, v = variance, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: BatchNormLoops<Lanes512>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
                case SimdLevel.Vector256: BatchNormLoops<Lanes256>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
                default: BatchNormLoops<Lanes1>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
            }
        }
    }

    /// <summary>
    /// Normalises with the batch's own statistics, keeps them for the gradient, and moves the running ones towards them:
    /// running += momentum (statistic - running), the variance unbiased, as PyTorch has it. y may be x only if no gradient is wanted.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="batch">Samples; batch * inner must be 1 or more.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="inner">Elements of one channel of one sample; 1 for channels-last.</param>
    /// <param name="x">[batch, channels, inner].</param>
    /// <param name="gamma">One factor per channel, or empty for 1.</param>
    /// <param name="beta">One offset per channel, or empty for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">0 to 1; PyTorch's default is 0.1 (ONNX calls 1 - 0.1 its momentum).</param>
    /// <param name="runningMean">One per channel, updated; or empty.</param>
    /// <param name="runningVariance">One per channel, updated; or empty.</param>
    /// <param name="y">As long as x.</param>
    /// <param name="mean">Receives the batch's mean per channel.</param>
    /// <param name="inverseDeviation">Receives 1 / sqrt(variance + epsilon) per channel.</param>
    public static void Training(
        SimdLevel level,
        int batch,
        int channels,
        int inner,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        float momentum,
        Span<float> runningMean,
        Span<float> runningVariance,
        Span<float> y,
        Span<float> mean,
        Span<float> inverseDeviation)
    {
        Check(batch, channels, inner, x.Length, y.Length, gamma.Length, beta.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan((long)batch * inner, 1, nameof(batch));
        Lengths.Equal(channels, mean.Length, nameof(mean));
        Lengths.Equal(channels, inverseDeviation.Length, nameof(inverseDeviation));
        CheckOptional(channels, runningMean.Length, nameof(runningMean));
        CheckOptional(channels, runningVariance.Length, nameof(runningVariance));
        fixed (float* from = x, g = gamma, b = beta, m = mean, v = inverseDeviation, to = y)
        {
            // The second receives the variance first.
            switch (level)
            {
                case SimdLevel.Vector512: BatchNormLoops<Lanes512>.Statistics(batch, channels, channels, inner, from, m, v); break;
                case SimdLevel.Vector256: BatchNormLoops<Lanes256>.Statistics(batch, channels, channels, inner, from, m, v); break;
                default: BatchNormLoops<Lanes1>.Statistics(batch, channels, channels, inner, from, m, v); break;
            }

            switch (level)
            {
                case SimdLevel.Vector512: BatchNormLoops<Lanes512>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
                case SimdLevel.Vector256: BatchNormLoops<Lanes256>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
                default: BatchNormLoops<Lanes1>.Inference(batch, channels, inner, from, g, b, m, v, epsilon, to); break;
            }
        }

        var count = (double)batch * inner;
        for (var channel = 0; channel < channels; channel++)
        {
            var variance = inverseDeviation[channel];
            if (!runningMean.IsEmpty)
            {
                runningMean[channel] += momentum * (mean[channel] - runningMean[channel]);
            }

            if (!runningVariance.IsEmpty)
            {
                var unbiased = (float)(variance * count / Math.Max(1, count - 1));
                runningVariance[channel] += momentum * (unbiased - runningVariance[channel]);
            }

            inverseDeviation[channel] = (float)(1 / Math.Sqrt((double)variance + epsilon));
        }
    }

    /// <summary>The gradients of <see cref="Training"/>; those of gamma and beta are added to what their spans hold.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="inner">Elements of one channel of one sample.</param>
    /// <param name="x">What was normalised.</param>
    /// <param name="gamma">As in the forward pass.</param>
    /// <param name="mean">As the forward pass left it.</param>
    /// <param name="inverseDeviation">As the forward pass left it.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">As long as x; it may be dy.</param>
    /// <param name="dGamma">One per channel.</param>
    /// <param name="dBeta">One per channel.</param>
    public static void Backward(
        SimdLevel level,
        int batch,
        int channels,
        int inner,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> inverseDeviation,
        ReadOnlySpan<float> dy,
        Span<float> dx,
        Span<float> dGamma,
        Span<float> dBeta)
    {
        Check(batch, channels, inner, x.Length, dx.Length, gamma.Length, 0);
        Lengths.Equal(x.Length, dy.Length, nameof(dy));
        Lengths.Equal(channels, mean.Length, nameof(mean));
        Lengths.Equal(channels, inverseDeviation.Length, nameof(inverseDeviation));
        Lengths.Equal(channels, dGamma.Length, nameof(dGamma));
        Lengths.Equal(channels, dBeta.Length, nameof(dBeta));
        fixed (float* from = x, g = gamma, m = mean, v = inverseDeviation, incoming = dy, to = dx, dg = dGamma, db = dBeta)
        {
            switch (level)
            {
                case SimdLevel.Vector512:
                    BatchNormLoops<Lanes512>.Backward(batch, channels, channels, inner, from, g, m, v, incoming, to, dg, db);
                    break;
                case SimdLevel.Vector256:
                    BatchNormLoops<Lanes256>.Backward(batch, channels, channels, inner, from, g, m, v, incoming, to, dg, db);
                    break;
                default:
                    BatchNormLoops<Lanes1>.Backward(batch, channels, channels, inner, from, g, m, v, incoming, to, dg, db);
                    break;
            }
        }
    }

    /// <summary>Mean and variance (of the population) of some channels; total is the number of all. Nothing is checked.</summary>
    public static void Statistics(SimdLevel level, int batch, int channels, int total, int inner, float* x, float* mean, float* variance)
    {
        switch (level)
        {
            case SimdLevel.Vector512: BatchNormLoops<Lanes512>.Statistics(batch, channels, total, inner, x, mean, variance); break;
            case SimdLevel.Vector256: BatchNormLoops<Lanes256>.Statistics(batch, channels, total, inner, x, mean, variance); break;
            default: BatchNormLoops<Lanes1>.Statistics(batch, channels, total, inner, x, mean, variance); break;
        }
    }

    /// <summary>The gradients of some channels; total is the number of all. Nothing is checked.</summary>
    public static void Backward(
        SimdLevel level, int batch, int channels, int total, int inner, float* x, float* gamma, float* mean, float* inverse, float* dy, float* dx, float* dGamma, float* dBeta)
    {
        switch (level)
        {
            case SimdLevel.Vector512: BatchNormLoops<Lanes512>.Backward(batch, channels, total, inner, x, gamma, mean, inverse, dy, dx, dGamma, dBeta); break;
            case SimdLevel.Vector256: BatchNormLoops<Lanes256>.Backward(batch, channels, total, inner, x, gamma, mean, inverse, dy, dx, dGamma, dBeta); break;
            default: BatchNormLoops<Lanes1>.Backward(batch, channels, total, inner, x, gamma, mean, inverse, dy, dx, dGamma, dBeta); break;
        }
    }

    private static void Check(int batch, int channels, int inner, int length, int resultLength, int gammaLength, int betaLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(inner);
        Lengths.Exactly((long)batch * channels * inner, length, "x");
        Lengths.Equal(length, resultLength, "y or dx");
        CheckOptional(channels, gammaLength, "gamma");
        CheckOptional(channels, betaLength, "beta");
    }

    private static void CheckOptional(int expected, int actual, string name)
    {
        if (actual != 0)
        {
            Lengths.Equal(expected, actual, name);
        }
    }
}
