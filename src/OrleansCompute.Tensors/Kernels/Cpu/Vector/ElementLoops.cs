using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Element-wise loops over contiguous memory. Every result span may be one of the arguments, or else must not overlap them. An element's
/// result does not depend on where in the span it lies, nor on the level. Stateless, allocation-free.
/// </summary>
internal static unsafe class ElementLoops
{
    /// <summary>y[i] = f(x[i]).</summary>
    public static void Unary<TFunction>(SimdLevel level, TFunction function, ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IUnaryFunction
    {
        Lengths.Equal(x.Length, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: UnaryLoop<TFunction, Lanes512>(function, from, to, x.Length); break;
                case SimdLevel.Vector256: UnaryLoop<TFunction, Lanes256>(function, from, to, x.Length); break;
                default: UnaryLoop<TFunction, Lanes1>(function, from, to, x.Length); break;
            }
        }
    }

    /// <summary>y[i] = f(a[i], b[i]).</summary>
    public static void Binary<TFunction>(SimdLevel level, TFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TFunction : struct, IBinaryFunction
    {
        Lengths.Equal(a.Length, b.Length, nameof(b));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        fixed (float* left = a, right = b, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: BinaryLoop<TFunction, Lanes512>(function, left, right, to, a.Length); break;
                case SimdLevel.Vector256: BinaryLoop<TFunction, Lanes256>(function, left, right, to, a.Length); break;
                default: BinaryLoop<TFunction, Lanes1>(function, left, right, to, a.Length); break;
            }
        }
    }

    /// <summary>y[i] = f(a[i], b).</summary>
    public static void BinaryScalar<TFunction>(SimdLevel level, TFunction function, ReadOnlySpan<float> a, float b, Span<float> y)
        where TFunction : struct, IBinaryFunction =>
        Unary(level, new WithRight<TFunction>(function, b), a, y);

    /// <summary>y[i] = f(a, b[i]).</summary>
    public static void ScalarBinary<TFunction>(SimdLevel level, TFunction function, float a, ReadOnlySpan<float> b, Span<float> y)
        where TFunction : struct, IBinaryFunction =>
        Unary(level, new WithLeft<TFunction>(function, a), b, y);

    /// <summary>y[r, c] = f(a[r, c], row[c]) for a row-major matrix with as many columns as the row is long (a bias).</summary>
    public static void BinaryRow<TFunction>(
        SimdLevel level, TFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> row, Span<float> y)
        where TFunction : struct, IBinaryFunction
    {
        Lengths.Multiple(a.Length, row.Length, nameof(a));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        fixed (float* left = a, right = row, to = y)
        {
            for (var at = 0; at < a.Length; at += row.Length)
            {
                switch (level)
                {
                    case SimdLevel.Vector512: BinaryLoop<TFunction, Lanes512>(function, left + at, right, to + at, row.Length); break;
                    case SimdLevel.Vector256: BinaryLoop<TFunction, Lanes256>(function, left + at, right, to + at, row.Length); break;
                    default: BinaryLoop<TFunction, Lanes1>(function, left + at, right, to + at, row.Length); break;
                }
            }
        }
    }

    /// <summary>
    /// y[o, c, i] = f(a[o, c, i], column[c]) with <paramref name="inner"/> elements per channel: the bias of a channels-first image, or
    /// with inner equal to the row's length one value per row of a matrix.
    /// </summary>
    public static void BinaryColumn<TFunction>(
        SimdLevel level, TFunction function, int inner, ReadOnlySpan<float> a, ReadOnlySpan<float> column, Span<float> y)
        where TFunction : struct, IBinaryFunction
    {
        Lengths.Multiple(a.Length, (long)inner * column.Length, nameof(a));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        for (int at = 0, channel = 0; at < a.Length; at += inner, channel = channel + 1 == column.Length ? 0 : channel + 1)
        {
            BinaryScalar(level, function, a.Slice(at, inner), column[channel], y.Slice(at, inner));
        }
    }

    /// <summary>y[i] = f(a[i], b[i], c[i]).</summary>
    public static void Ternary<TFunction>(
        SimdLevel level, TFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y)
        where TFunction : struct, ITernaryFunction
    {
        Lengths.Equal(a.Length, b.Length, nameof(b));
        Lengths.Equal(a.Length, c.Length, nameof(c));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        fixed (float* first = a, second = b, third = c, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: TernaryLoop<TFunction, Lanes512>(function, first, second, third, to, a.Length); break;
                case SimdLevel.Vector256: TernaryLoop<TFunction, Lanes256>(function, first, second, third, to, a.Length); break;
                default: TernaryLoop<TFunction, Lanes1>(function, first, second, third, to, a.Length); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnaryLoop<TFunction, T>(TFunction function, float* x, float* y, int length)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, ILanes<T>
    {
        var i = 0;
        for (; i <= length - (2 * T.Count); i += 2 * T.Count)
        {
            // Two at a time: the second's arithmetic fills the first's latency.
            var first = function.Apply(T.Load(x + i));
            var second = function.Apply(T.Load(x + i + T.Count));
            T.Store(first, y + i);
            T.Store(second, y + i + T.Count);
        }

        for (; i <= length - T.Count; i += T.Count)
        {
            T.Store(function.Apply(T.Load(x + i)), y + i);
        }

        if (i < length)
        {
            T.StorePartial(function.Apply(T.LoadPartial(x + i, length - i)), y + i, length - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BinaryLoop<TFunction, T>(TFunction function, float* a, float* b, float* y, int length)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, ILanes<T>
    {
        var i = 0;
        for (; i <= length - (2 * T.Count); i += 2 * T.Count)
        {
            var first = function.Apply(T.Load(a + i), T.Load(b + i));
            var second = function.Apply(T.Load(a + i + T.Count), T.Load(b + i + T.Count));
            T.Store(first, y + i);
            T.Store(second, y + i + T.Count);
        }

        for (; i <= length - T.Count; i += T.Count)
        {
            T.Store(function.Apply(T.Load(a + i), T.Load(b + i)), y + i);
        }

        if (i < length)
        {
            var rest = length - i;
            T.StorePartial(function.Apply(T.LoadPartial(a + i, rest), T.LoadPartial(b + i, rest)), y + i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TernaryLoop<TFunction, T>(TFunction function, float* a, float* b, float* c, float* y, int length)
        where TFunction : struct, ITernaryFunction
        where T : unmanaged, ILanes<T>
    {
        var i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T.Store(function.Apply(T.Load(a + i), T.Load(b + i), T.Load(c + i)), y + i);
        }

        if (i < length)
        {
            var rest = length - i;
            var last = function.Apply(T.LoadPartial(a + i, rest), T.LoadPartial(b + i, rest), T.LoadPartial(c + i, rest));
            T.StorePartial(last, y + i, rest);
        }
    }
}
