using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// The loops of <see cref="BatchNorm"/> for one width. With inner = 1 vectors lie across channels, else along a channel. Stateless.
/// </summary>
internal static unsafe class BatchNormLoops<T>
    where T : unmanaged, ILanes<T>
{
    // Rows summed in a register before they join the total: bounds the error of large batches.
    private const int BlockRows = 64;

    public static void Inference(
        int batch, int channels, int inner, float* x, float* gamma, float* beta, float* mean, float* variance, float epsilon, float* y)
    {
        if (inner != 1)
        {
            for (var slice = 0; slice < batch * channels; slice++, x += inner, y += inner)
            {
                var channel = slice % channels;
                var scale = (float)((gamma == null ? 1f : gamma[channel]) / Math.Sqrt((double)variance[channel] + epsilon));
                Affine<T>(x, y, inner, scale, (beta == null ? 0f : beta[channel]) - (mean[channel] * scale));
            }

            return;
        }

        var one = T.Create(1f);
        for (var c = 0; c < channels; c += T.Count)
        {
            var count = channels - c;
            var scale = (gamma == null ? one : LoadUpTo<T>(gamma + c, count))
                / T.Sqrt(LoadUpTo<T>(variance + c, count) + T.Create(epsilon));
            var offset = T.MultiplyAdd(-LoadUpTo<T>(mean + c, count), scale, beta == null ? T.Create(0f) : LoadUpTo<T>(beta + c, count));
            for (var row = 0; row < batch; row++)
            {
                var at = ((long)row * channels) + c;
                StoreUpTo(T.MultiplyAdd(LoadUpTo<T>(x + at, count), scale, offset), y + at, count);
            }
        }
    }

    /// <summary>Of some channels; total is the number of all, by which samples lie apart.</summary>
    public static void Statistics(int batch, int channels, int total, int inner, float* x, float* mean, float* variance)
    {
        if (inner == 1)
        {
            for (var c = 0; c < channels; c += T.Count)
            {
                ColumnStatistics(batch, total, x + c, channels - c, mean + c, variance + c);
            }

            return;
        }

        var (stride, count) = ((long)total * inner, (double)batch * inner);
        for (var channel = 0; channel < channels; channel++, x += inner)
        {
            var sum = 0.0;
            for (var sample = 0; sample < batch; sample++)
            {
                sum += Reduce<Reducers.Sum, T>(x + (sample * stride), inner);
            }

            mean[channel] = (float)(sum / count);
            var squares = 0.0;
            for (var sample = 0; sample < batch; sample++)
            {
                squares += SumOfSquaredDistances<T>(x + (sample * stride), inner, mean[channel]);
            }

            variance[channel] = (float)(squares / count);
        }
    }

    public static void Backward(
        int batch,
        int channels,
        int total,
        int inner,
        float* x,
        float* gamma,
        float* mean,
        float* inverse,
        float* dy,
        float* dx,
        float* dGamma,
        float* dBeta)
    {
        if (inner == 1)
        {
            for (var c = 0; c < channels; c += T.Count)
            {
                ColumnGradient(batch, total, channels - c, x + c, gamma == null ? null : gamma + c, mean + c, inverse + c,
                    dy + c, dx + c, dGamma + c, dBeta + c);
            }

            return;
        }

        var (stride, count) = ((long)total * inner, (double)batch * inner);
        for (var channel = 0; channel < channels; channel++, x += inner, dy += inner, dx += inner)
        {
            double sum = 0, products = 0;
            for (var sample = 0; sample < batch; sample++)
            {
                var at = sample * stride;
                sum += Reduce<Reducers.Sum, T>(dy + at, inner);
                products += DotOfDistances(x + at, dy + at, inner, mean[channel]);
            }

            products *= inverse[channel];
            dGamma[channel] += (float)products;
            dBeta[channel] += (float)sum;
            var scale = T.Create((gamma == null ? 1f : gamma[channel]) * inverse[channel]);
            var meanOfGradient = T.Create((float)(sum / count));
            var slope = T.Create((float)(-products / count * inverse[channel]));
            var wideMean = T.Create(mean[channel]);
            for (var sample = 0; sample < batch; sample++)
            {
                var at = sample * stride;
                for (var i = 0; i < inner; i += T.Count)
                {
                    var distance = LoadUpTo<T>(x + at + i, inner - i) - wideMean;
                    var result = T.MultiplyAdd(distance, slope, LoadUpTo<T>(dy + at + i, inner - i) - meanOfGradient) * scale;
                    StoreUpTo(result, dx + at + i, inner - i);
                }
            }
        }
    }

    /// <summary>sum of (x[i] - mean) dy[i].</summary>
    public static double DotOfDistances(float* x, float* dy, int length, float mean)
    {
        var total = 0.0;
        var wideMean = T.Create(mean);
        var block = 256 * T.Count;
        for (var start = 0; start < length; start += block)
        {
            var end = Math.Min(length, start + block);
            var sum = T.Create(0f);
            for (var i = start; i < end; i += T.Count)
            {
                sum = T.MultiplyAdd(LoadUpTo<T>(x + i, end - i) - wideMean, LoadUpTo<T>(dy + i, end - i), sum);
            }

            total += T.SumAcross(sum);
        }

        return total;
    }

    private static void ColumnStatistics(int rows, int stride, float* x, int count, float* mean, float* variance)
    {
        var (zero, wideRows) = (T.Create(0f), T.Create(rows));
        var total = zero;
        for (var start = 0; start < rows; start += BlockRows)
        {
            var sum = zero;
            for (var row = start; row < Math.Min(rows, start + BlockRows); row++)
            {
                sum += LoadUpTo<T>(x + ((long)row * stride), count);
            }

            total += sum;
        }

        var wideMean = total / wideRows;
        total = zero;
        for (var start = 0; start < rows; start += BlockRows)
        {
            var sum = zero;
            for (var row = start; row < Math.Min(rows, start + BlockRows); row++)
            {
                var distance = LoadUpTo<T>(x + ((long)row * stride), count) - wideMean;
                sum = T.MultiplyAdd(distance, distance, sum);
            }

            total += sum;
        }

        StoreUpTo(wideMean, mean, count);
        StoreUpTo(total / wideRows, variance, count);
    }

    private static void ColumnGradient(
        int rows,
        int stride,
        int count,
        float* x,
        float* gamma,
        float* mean,
        float* inverse,
        float* dy,
        float* dx,
        float* dGamma,
        float* dBeta)
    {
        var (wideMean, wideInverse, wideRows) = (LoadUpTo<T>(mean, count), LoadUpTo<T>(inverse, count), T.Create(rows));
        T sum = T.Create(0f), products = sum;
        for (var start = 0; start < rows; start += BlockRows)
        {
            T blockSum = T.Create(0f), blockProducts = blockSum;
            for (var row = start; row < Math.Min(rows, start + BlockRows); row++)
            {
                var incoming = LoadUpTo<T>(dy + ((long)row * stride), count);
                blockSum += incoming;
                blockProducts = T.MultiplyAdd(LoadUpTo<T>(x + ((long)row * stride), count) - wideMean, incoming, blockProducts);
            }

            sum += blockSum;
            products += blockProducts;
        }

        products *= wideInverse;
        StoreUpTo(LoadUpTo<T>(dGamma, count) + products, dGamma, count);
        StoreUpTo(LoadUpTo<T>(dBeta, count) + sum, dBeta, count);
        var scale = gamma == null ? wideInverse : LoadUpTo<T>(gamma, count) * wideInverse;
        var meanOfGradient = sum / wideRows;
        var slope = -(products / wideRows * wideInverse);
        for (var row = 0; row < rows; row++)
        {
            var at = (long)row * stride;
            var distance = LoadUpTo<T>(x + at, count) - wideMean;
            StoreUpTo(T.MultiplyAdd(distance, slope, LoadUpTo<T>(dy + at, count) - meanOfGradient) * scale, dx + at, count);
        }
    }
}
