namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Group normalisation (Wu and He 2018) of [batch, channels, inner], channels-first: each group of channels of each sample has its own
/// mean and variance, each channel its own factor and offset. With as many groups as channels it is instance normalisation. Stateless,
/// allocation-free.
/// </summary>
internal static unsafe class GroupNorm
{
    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * gamma + beta. y may be x only if no gradient is wanted.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="groups">A divisor of the channels.</param>
    /// <param name="inner">Elements of one channel, 1 or more.</param>
    /// <param name="x">[batch, channels, inner].</param>
    /// <param name="gamma">One factor per channel, or empty for 1.</param>
    /// <param name="beta">One offset per channel, or empty for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">As long as x.</param>
    /// <param name="mean">Receives [batch, groups].</param>
    /// <param name="inverseDeviation">Receives 1 / sqrt(variance + epsilon), [batch, groups].</param>
    public static void Forward(
        SimdLevel level,
        int batch,
        int channels,
        int groups,
        int inner,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> y,
        Span<float> mean,
        Span<float> inverseDeviation)
    {
        Check(batch, channels, groups, inner, x.Length, y.Length, mean.Length, inverseDeviation.Length);
        CheckOptional(channels, gamma.Length, nameof(gamma));
        CheckOptional(channels, beta.Length, nameof(beta));
        fixed (float* from = x, g = gamma, b = beta, m = mean, v = inverseDeviation, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: Forward<Lanes512>(batch, channels, groups, inner, from, g, b, epsilon, to, m, v); break;
                case SimdLevel.Vector256: Forward<Lanes256>(batch, channels, groups, inner, from, g, b, epsilon, to, m, v); break;
                default: Forward<Lanes1>(batch, channels, groups, inner, from, g, b, epsilon, to, m, v); break;
            }
        }
    }

    /// <summary>The gradients of the forward pass; those of gamma and beta are added to what their spans hold.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="groups">A divisor of the channels.</param>
    /// <param name="inner">Elements of one channel.</param>
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
        int groups,
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
        Check(batch, channels, groups, inner, x.Length, dx.Length, mean.Length, inverseDeviation.Length);
        Lengths.Equal(x.Length, dy.Length, nameof(dy));
        CheckOptional(channels, gamma.Length, nameof(gamma));
        Lengths.Equal(channels, dGamma.Length, nameof(dGamma));
        Lengths.Equal(channels, dBeta.Length, nameof(dBeta));
        fixed (float* from = x, g = gamma, m = mean, v = inverseDeviation, incoming = dy, to = dx, dg = dGamma, db = dBeta)
        {
            switch (level)
            {
                case SimdLevel.Vector512: Backward<Lanes512>(batch, channels, groups, inner, from, g, m, v, incoming, to, dg, db); break;
                case SimdLevel.Vector256: Backward<Lanes256>(batch, channels, groups, inner, from, g, m, v, incoming, to, dg, db); break;
                default: Backward<Lanes1>(batch, channels, groups, inner, from, g, m, v, incoming, to, dg, db); break;
            }
        }
    }

    private static void Forward<T>(
        int batch,
        int channels,
        int groups,
        int inner,
        float* x,
        float* gamma,
        float* beta,
        float epsilon,
        float* y,
        float* mean,
        float* inverse)
        where T : unmanaged, ILanes<T>
    {
        var (width, size) = (channels / groups, channels / groups * inner);
        for (var group = 0; group < batch * groups; group++, x += size, y += size)
        {
            mean[group] = (float)(RowPrimitives.Reduce<Reducers.Sum, T>(x, size) / size);
            var variance = RowPrimitives.SumOfSquaredDistances<T>(x, size, mean[group]) / size;
            inverse[group] = (float)(1 / Math.Sqrt(variance + epsilon));
            for (var k = 0; k < width; k++)
            {
                var channel = (group % groups * width) + k;
                var scale = (gamma == null ? 1f : gamma[channel]) * inverse[group];
                var offset = (beta == null ? 0f : beta[channel]) - (mean[group] * scale);
                RowPrimitives.Affine<T>(x + (k * inner), y + (k * inner), inner, scale, offset);
            }
        }
    }

    private static void Backward<T>(
        int batch,
        int channels,
        int groups,
        int inner,
        float* x,
        float* gamma,
        float* mean,
        float* inverse,
        float* dy,
        float* dx,
        float* dGamma,
        float* dBeta)
        where T : unmanaged, ILanes<T>
    {
        var (width, size) = (channels / groups, channels / groups * inner);
        for (var group = 0; group < batch * groups; group++, x += size, dy += size, dx += size)
        {
            double sum = 0, products = 0;
            for (var k = 0; k < width; k++)
            {
                var channel = (group % groups * width) + k;
                var channelSum = RowPrimitives.Reduce<Reducers.Sum, T>(dy + (k * inner), inner);
                var channelProducts = inverse[group]
                    * BatchNormLoops<T>.DotOfDistances(x + (k * inner), dy + (k * inner), inner, mean[group]);
                dGamma[channel] += (float)channelProducts;
                dBeta[channel] += (float)channelSum;
                var factor = gamma == null ? 1f : gamma[channel];
                sum += factor * channelSum;
                products += factor * channelProducts;
            }

            var meanOfGradient = T.Create((float)(sum / size));
            var slope = T.Create((float)(-products / size * inverse[group]));
            var (wideMean, wideInverse) = (T.Create(mean[group]), T.Create(inverse[group]));
            for (var k = 0; k < width; k++)
            {
                var factor = T.Create(gamma == null ? 1f : gamma[(group % groups * width) + k]);
                for (var i = 0; i < inner; i += T.Count)
                {
                    var at = (k * inner) + i;
                    var distance = RowPrimitives.LoadUpTo<T>(x + at, inner - i) - wideMean;
                    var g = T.MultiplyAdd(RowPrimitives.LoadUpTo<T>(dy + at, inner - i), factor, -meanOfGradient);
                    RowPrimitives.StoreUpTo(T.MultiplyAdd(distance, slope, g) * wideInverse, dx + at, inner - i);
                }
            }
        }
    }

    private static void Check(
        int batch, int channels, int groups, int inner, int length, int resultLength, int meanLength, int inverseLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        if (groups < 1 || channels % groups != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups,
                $"groups is {groups}; allowed are divisors of {channels} channels.");
        }

        Lengths.Exactly((long)batch * channels * inner, length, "x");
        Lengths.Equal(length, resultLength, "y or dx");
        Lengths.Exactly((long)batch * groups, meanLength, "mean");
        Lengths.Exactly((long)batch * groups, inverseLength, "inverseDeviation");
    }

    private static void CheckOptional(int expected, int actual, string name)
    {
        if (actual != 0)
        {
            Lengths.Equal(expected, actual, name);
        }
    }
}
