namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Reductions of whole spans and along one axis of [outer, axis, inner] (rows: inner = 1; columns: outer = 1). The result of a span
/// depends on the level by rounding only, and not on anything else. Stateless, allocation-free.
/// </summary>
internal static unsafe class Reductions
{
    // Rows of a column reduction that are added in registers before they join the running result: bounds the error of a long axis.
    private const int BlockRows = 64;

    public static float Sum(SimdLevel level, ReadOnlySpan<float> x) => (float)Reduce<Reducers.Sum>(level, x);

    /// <summary>NaN for an empty span.</summary>
    public static float Mean(SimdLevel level, ReadOnlySpan<float> x) => (float)(Reduce<Reducers.Sum>(level, x) / x.Length);

    /// <summary>Minus infinity for an empty span; NaN if any element is NaN.</summary>
    public static float Max(SimdLevel level, ReadOnlySpan<float> x) => (float)Reduce<Reducers.Maximum>(level, x);

    /// <summary>Infinity for an empty span; NaN if any element is NaN.</summary>
    public static float Min(SimdLevel level, ReadOnlySpan<float> x) => (float)Reduce<Reducers.Minimum>(level, x);

    /// <summary>In double: the squares of a gradient of many millions of elements.</summary>
    public static double SumOfSquares(SimdLevel level, ReadOnlySpan<float> x) => Reduce<Reducers.SumOfSquares>(level, x);

    /// <summary>The result in double before rounding, for any reducer.</summary>
    public static double Reduce<TReducer>(SimdLevel level, ReadOnlySpan<float> x)
        where TReducer : struct, IReducer
    {
        fixed (float* from = x)
        {
            return level switch
            {
                SimdLevel.Vector512 => RowPrimitives.Reduce<TReducer, Lanes512>(from, x.Length),
                SimdLevel.Vector256 => RowPrimitives.Reduce<TReducer, Lanes256>(from, x.Length),
                _ => RowPrimitives.Reduce<TReducer, Lanes1>(from, x.Length),
            };
        }
    }

    public static double Dot(SimdLevel level, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Lengths.Equal(x.Length, y.Length, nameof(y));
        fixed (float* left = x, right = y)
        {
            return level switch
            {
                SimdLevel.Vector512 => RowPrimitives.Dot<Lanes512>(left, right, x.Length),
                SimdLevel.Vector256 => RowPrimitives.Dot<Lanes256>(left, right, x.Length),
                _ => RowPrimitives.Dot<Lanes1>(left, right, x.Length),
            };
        }
    }

    /// <summary>y[o, i] = the reduction of x[o, :, i]; with <paramref name="accumulate"/> it is joined to what y holds.</summary>
    public static void Axis<TReducer>(
        SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y, bool accumulate = false)
        where TReducer : struct, IReducer
    {
        Lengths.Exactly((long)outer * axis * inner, x.Length, nameof(x));
        Lengths.Exactly((long)outer * inner, y.Length, nameof(y));
        if (!accumulate)
        {
            y.Fill(TReducer.Identity);
        }

        fixed (float* from = x, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: AxisLoop<TReducer, Lanes512>(outer, axis, inner, from, to); break;
                case SimdLevel.Vector256: AxisLoop<TReducer, Lanes256>(outer, axis, inner, from, to); break;
                default: AxisLoop<TReducer, Lanes1>(outer, axis, inner, from, to); break;
            }
        }
    }

    /// <summary>y[o, i] = the mean of x[o, :, i]; NaN where the axis is empty.</summary>
    public static void AxisMean(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y)
    {
        Axis<Reducers.Sum>(level, outer, axis, inner, x, y);
        ElementLoops.BinaryScalar(level, default(BinaryFunctions.Divide), y, axis, y);
    }

    /// <summary>y[o, i] = log(sum of exp(x[o, :, i])), without overflow; minus infinity where all are.</summary>
    public static void AxisLogSumExp(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y)
    {
        Lengths.Exactly((long)outer * axis * inner, x.Length, nameof(x));
        Lengths.Exactly((long)outer * inner, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: LogSumExpLoop<Lanes512>(outer, axis, inner, from, to); break;
                case SimdLevel.Vector256: LogSumExpLoop<Lanes256>(outer, axis, inner, from, to); break;
                default: LogSumExpLoop<Lanes1>(outer, axis, inner, from, to); break;
            }
        }
    }

    /// <summary>
    /// indices[o, i] = the first position of the largest x[o, :, i]; NaN counts as largest, as in NumPy. The axis must not be empty and
    /// at most 2^24 long.
    /// </summary>
    public static void AxisArgMax(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<int> indices)
    {
        Lengths.Exactly((long)outer * axis * inner, x.Length, nameof(x));
        Lengths.Exactly((long)outer * inner, indices.Length, nameof(indices));
        ArgumentOutOfRangeException.ThrowIfLessThan(axis, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(axis, 1 << 24);
        fixed (float* from = x)
        {
            for (var o = 0; o < outer; o++)
            {
                for (var i = 0; i < inner; i++)
                {
                    var start = from + ((long)o * axis * inner) + i;
                    indices[(o * inner) + i] = inner == 1 && axis >= 32 ? FirstOfMax(level, start, axis) : FirstOfMax(start, axis, inner);
                }
            }
        }
    }

    private static int FirstOfMax(SimdLevel level, float* x, int length)
    {
        // The largest first, then where it is: two passes of vectors over a row in cache beat one that carries indices.
        var row = new ReadOnlySpan<float>(x, length);
        var largest = Max(level, row);
        return float.IsNaN(largest) ? FirstOfMax(x, length, 1) : row.IndexOf(largest);
    }

    private static int FirstOfMax(float* x, int length, int stride)
    {
        var best = 0;
        for (var i = 1; i < length && !float.IsNaN(x[(long)best * stride]); i++)
        {
            var value = x[(long)i * stride];
            if (value > x[(long)best * stride] || float.IsNaN(value))
            {
                best = i;
            }
        }

        return best;
    }

    private static void AxisLoop<TReducer, T>(int outer, int axis, int inner, float* x, float* y)
        where TReducer : struct, IReducer
        where T : unmanaged, ILanes<T>
    {
        for (var o = 0; o < outer; o++, x += (long)axis * inner, y += inner)
        {
            if (inner == 1)
            {
                *y = (float)TReducer.Join(*y, RowPrimitives.Reduce<TReducer, T>(x, axis));
                continue;
            }

            for (var row = 0; row < axis; row += BlockRows)
            {
                AddRows<TReducer, T>(x + ((long)row * inner), Math.Min(BlockRows, axis - row), inner, y);
            }
        }
    }

    private static void AddRows<TReducer, T>(float* x, int rows, int columns, float* y)
        where TReducer : struct, IReducer
        where T : unmanaged, ILanes<T>
    {
        var identity = T.Create(TReducer.Identity);
        var j = 0;
        for (; j <= columns - (4 * T.Count); j += 4 * T.Count)
        {
            T a = identity, b = identity, c = identity, d = identity;
            var at = x + j;
            for (var row = 0; row < rows; row++, at += columns)
            {
                a = TReducer.Add(a, T.Load(at));
                b = TReducer.Add(b, T.Load(at + T.Count));
                c = TReducer.Add(c, T.Load(at + (2 * T.Count)));
                d = TReducer.Add(d, T.Load(at + (3 * T.Count)));
            }

            T.Store(TReducer.Merge(T.Load(y + j), a), y + j);
            T.Store(TReducer.Merge(T.Load(y + j + T.Count), b), y + j + T.Count);
            T.Store(TReducer.Merge(T.Load(y + j + (2 * T.Count)), c), y + j + (2 * T.Count));
            T.Store(TReducer.Merge(T.Load(y + j + (3 * T.Count)), d), y + j + (3 * T.Count));
        }

        for (; j < columns; j += T.Count)
        {
            var a = identity;
            var at = x + j;
            for (var row = 0; row < rows; row++, at += columns)
            {
                a = TReducer.Add(a, RowPrimitives.LoadUpTo<T>(at, columns - j));
            }

            RowPrimitives.StoreUpTo(TReducer.Merge(RowPrimitives.LoadUpTo<T>(y + j, columns - j), a), y + j, columns - j);
        }
    }

    private static void LogSumExpLoop<T>(int outer, int axis, int inner, float* x, float* y)
        where T : unmanaged, ILanes<T>
    {
        for (var o = 0; o < outer; o++, x += (long)axis * inner, y += inner)
        {
            if (inner == 1)
            {
                var largest = (float)RowPrimitives.Reduce<Reducers.Maximum, T>(x, axis);
                var shift = float.IsInfinity(largest) ? 0f : largest;
                *y = shift + MathF.Log(RowPrimitives.ExpAndSum<T>(x, null, axis, 1f, shift));
                continue;
            }

            for (var j = 0; j < inner; j += T.Count)
            {
                var count = inner - j;
                var at = x + j;
                var largest = T.Create(float.NegativeInfinity);
                for (var k = 0; k < axis; k++, at += inner)
                {
                    largest = T.Max(largest, RowPrimitives.LoadUpTo<T>(at, count));
                }

                largest = T.Select(T.LessThan(T.Abs(largest), T.Create(float.PositiveInfinity)), largest, T.Create(0f));
                var sum = T.Create(0f);
                at = x + j;
                for (var k = 0; k < axis; k++, at += inner)
                {
                    sum += VectorMath.Exp(RowPrimitives.LoadUpTo<T>(at, count) - largest);
                }

                RowPrimitives.StoreUpTo(largest + VectorMath.Log(sum), y + j, count);
            }
        }
    }
}
