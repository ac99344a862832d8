using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The loops of <see cref="LayerNorm"/> for one width; without centring they are those of RMS normalisation. Stateless.</summary>
internal static unsafe class LayerNormLoops<T>
    where T : unmanaged, ILanes<T>
{
    public static void Forward(
        int rows,
        int columns,
        float* x,
        float* residual,
        float* sum,
        float* gamma,
        float* beta,
        float epsilon,
        float* y,
        float* mean,
        float* inverseDeviation,
        bool centre)
    {
        for (var row = 0; row < rows; row++, x += columns, y += columns)
        {
            var input = x;
            if (residual != null)
            {
                Add(x, residual, sum, columns);
                input = sum;
                residual += columns;
                sum += columns;
            }

            var centreOf = centre ? (float)(Reduce<Reducers.Sum, T>(input, columns) / columns) : 0f;
            var variance = SumOfSquaredDistances<T>(input, columns, centreOf) / columns;
            var inverse = (float)(1.0 / Math.Sqrt(variance + epsilon));
            Normalise(input, y, columns, centreOf, inverse, gamma, beta);
            if (mean != null)
            {
                mean[row] = centreOf;
            }

            if (inverseDeviation != null)
            {
                inverseDeviation[row] = inverse;
            }
        }
    }

    /// <summary>
    /// With n = (x - mean) / deviation and g = dy gamma: dx = (g - mean(g) - n mean(g n)) / deviation, without mean(g) if not centred.
    /// </summary>
    public static void Backward(
        int rows,
        int columns,
        float* x,
        float* gamma,
        float* mean,
        float* inverseDeviation,
        float* dy,
        bool accumulate,
        float* dx,
        float* dGamma,
        float* dBeta,
        bool centre)
    {
        for (var row = 0; row < rows; row++, x += columns, dy += columns, dx += columns)
        {
            var inverse = T.Create(inverseDeviation[row]);
            var centreOf = T.Create(mean == null ? 0f : mean[row]);
            T sum = T.Create(0f), sumOfProducts = sum;
            for (var j = 0; j < columns; j += T.Count)
            {
                var count = columns - j;
                var n = (LoadUpTo<T>(x + j, count) - centreOf) * inverse;
                var incoming = LoadUpTo<T>(dy + j, count);
                if (dGamma != null)
                {
                    StoreUpTo(T.MultiplyAdd(incoming, n, LoadUpTo<T>(dGamma + j, count)), dGamma + j, count);
                }

                if (dBeta != null)
                {
                    StoreUpTo(LoadUpTo<T>(dBeta + j, count) + incoming, dBeta + j, count);
                }

                // Behind the end of a row the gradient is loaded as zero, so n does not matter there.
                var g = gamma == null ? incoming : incoming * LoadUpTo<T>(gamma + j, count);
                sum += g;
                sumOfProducts = T.MultiplyAdd(g, n, sumOfProducts);
            }

            var meanOfGradient = T.Create(centre ? T.SumAcross(sum) / columns : 0f);
            var meanOfProduct = T.Create(T.SumAcross(sumOfProducts) / columns);
            for (var j = 0; j < columns; j += T.Count)
            {
                var count = columns - j;
                var n = (LoadUpTo<T>(x + j, count) - centreOf) * inverse;
                var incoming = LoadUpTo<T>(dy + j, count);
                var g = gamma == null ? incoming : incoming * LoadUpTo<T>(gamma + j, count);
                var result = T.MultiplyAdd(-n, meanOfProduct, g - meanOfGradient) * inverse;
                StoreUpTo(accumulate ? LoadUpTo<T>(dx + j, count) + result : result, dx + j, count);
            }
        }
    }

    private static void Add(float* left, float* right, float* to, int length)
    {
        for (var j = 0; j < length; j += T.Count)
        {
            StoreUpTo(LoadUpTo<T>(left + j, length - j) + LoadUpTo<T>(right + j, length - j), to + j, length - j);
        }
    }

    private static void Normalise(float* x, float* y, int length, float mean, float inverse, float* gamma, float* beta)
    {
        var (wideMean, wideInverse) = (T.Create(mean), T.Create(inverse));
        for (var j = 0; j < length; j += T.Count)
        {
            var count = length - j;
            var n = (LoadUpTo<T>(x + j, count) - wideMean) * wideInverse;
            var scaled = gamma == null ? n : n * LoadUpTo<T>(gamma + j, count);
            StoreUpTo(beta == null ? scaled : scaled + LoadUpTo<T>(beta + j, count), y + j, count);
        }
    }
}
