using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Loops over one contiguous row, from which reductions, softmax and normalisations are built. Sums run in four vector accumulators
/// over blocks of 256 vectors, and the blocks are added in double: the error does not grow with the length. Stateless.
/// </summary>
internal static unsafe class RowPrimitives
{
    private const int BlockVectors = 256;

    public static double Reduce<TReducer, T>(float* x, int length)
        where TReducer : struct, IReducer
        where T : unmanaged, ILanes<T>
    {
        double total = TReducer.Identity;
        var block = BlockVectors * T.Count;
        for (var at = 0; at < length; at += block)
        {
            total = TReducer.Join(total, ReduceBlock<TReducer, T>(x + at, Math.Min(block, length - at)));
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ReduceBlock<TReducer, T>(float* x, int length)
        where TReducer : struct, IReducer
        where T : unmanaged, ILanes<T>
    {
        var identity = T.Create(TReducer.Identity);
        T a = identity, b = identity, c = identity, d = identity;
        var i = 0;
        for (; i <= length - (4 * T.Count); i += 4 * T.Count)
        {
            a = TReducer.Add(a, T.Load(x + i));
            b = TReducer.Add(b, T.Load(x + i + T.Count));
            c = TReducer.Add(c, T.Load(x + i + (2 * T.Count)));
            d = TReducer.Add(d, T.Load(x + i + (3 * T.Count)));
        }

        for (; i <= length - T.Count; i += T.Count)
        {
            a = TReducer.Add(a, T.Load(x + i));
        }

        if (i < length)
        {
            b = TReducer.Add(b, T.Select(T.FirstLanes(length - i), T.LoadPartial(x + i, length - i), identity));
        }

        return TReducer.Across(TReducer.Merge(TReducer.Merge(a, b), TReducer.Merge(c, d)));
    }

    public static double Dot<T>(float* x, float* y, int length)
        where T : unmanaged, ILanes<T>
    {
        var total = 0.0;
        var block = BlockVectors * T.Count;
        for (var at = 0; at < length; at += block)
        {
            total += DotBlock<T>(x + at, y + at, Math.Min(block, length - at));
        }

        return total;
    }

    /// <summary>sum of (x[i] - shift)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquaredDistances<T>(float* x, int length, float shift)
        where T : unmanaged, ILanes<T>
    {
        var total = 0.0;
        var block = BlockVectors * T.Count;
        var wideShift = T.Create(shift);
        for (var at = 0; at < length; at += block)
        {
            var end = Math.Min(length, at + block);
            T a = T.Create(0f), b = a;
            var i = at;
            for (; i <= end - (2 * T.Count); i += 2 * T.Count)
            {
                var first = T.Load(x + i) - wideShift;
                var second = T.Load(x + i + T.Count) - wideShift;
                a = T.MultiplyAdd(first, first, a);
                b = T.MultiplyAdd(second, second, b);
            }

            for (; i <= end - T.Count; i += T.Count)
            {
                var d = T.Load(x + i) - wideShift;
                a = T.MultiplyAdd(d, d, a);
            }

            if (i < end)
            {
                var d = (T.LoadPartial(x + i, end - i) - wideShift) & T.FirstLanes(end - i);
                b = T.MultiplyAdd(d, d, b);
            }

            total += T.SumAcross(a + b);
        }

        return total;
    }

    /// <summary>y[i] = exp(x[i] * scale - shift), and their sum. y may be x; null only sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ExpAndSum<T>(float* x, float* y, int length, float scale, float shift)
        where T : unmanaged, ILanes<T>
    {
        var (wideScale, wideShift) = (T.Create(scale), T.Create(-shift));
        T a = T.Create(0f), b = a;
        var i = 0;
        for (; i <= length - (2 * T.Count); i += 2 * T.Count)
        {
            var first = VectorMath.Exp(T.MultiplyAdd(T.Load(x + i), wideScale, wideShift));
            var second = VectorMath.Exp(T.MultiplyAdd(T.Load(x + i + T.Count), wideScale, wideShift));
            a += first;
            b += second;
            if (y != null)
            {
                T.Store(first, y + i);
                T.Store(second, y + i + T.Count);
            }
        }

        for (; i <= length - T.Count; i += T.Count)
        {
            var e = VectorMath.Exp(T.MultiplyAdd(T.Load(x + i), wideScale, wideShift));
            a += e;
            if (y != null)
            {
                T.Store(e, y + i);
            }
        }

        if (i < length)
        {
            var e = VectorMath.Exp(T.MultiplyAdd(T.LoadPartial(x + i, length - i), wideScale, wideShift));
            b += e & T.FirstLanes(length - i);
            if (y != null)
            {
                T.StorePartial(e, y + i, length - i);
            }
        }

        return T.SumAcross(a + b);
    }

    /// <summary>y[i] = x[i] * scale + offset. y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine<T>(float* x, float* y, int length, float scale, float offset)
        where T : unmanaged, ILanes<T>
    {
        var (wideScale, wideOffset) = (T.Create(scale), T.Create(offset));
        var i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T.Store(T.MultiplyAdd(T.Load(x + i), wideScale, wideOffset), y + i);
        }

        if (i < length)
        {
            T.StorePartial(T.MultiplyAdd(T.LoadPartial(x + i, length - i), wideScale, wideOffset), y + i, length - i);
        }
    }

    /// <summary>y[i] += x[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(float* x, float* y, int length)
        where T : unmanaged, ILanes<T>
    {
        var i = 0;
        for (; i <= length - T.Count; i += T.Count)
        {
            T.Store(T.Load(x + i) + T.Load(y + i), y + i);
        }

        if (i < length)
        {
            T.StorePartial(T.LoadPartial(x + i, length - i) + T.LoadPartial(y + i, length - i), y + i, length - i);
        }
    }

    /// <summary>The next vector of a row: whole, or its first lanes with zeros behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LoadUpTo<T>(float* x, int count)
        where T : unmanaged, ILanes<T> => count >= T.Count ? T.Load(x) : T.LoadPartial(x, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo<T>(T value, float* y, int count)
        where T : unmanaged, ILanes<T>
    {
        if (count >= T.Count)
        {
            T.Store(value, y);
        }
        else
        {
            T.StorePartial(value, y, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float DotBlock<T>(float* x, float* y, int length)
        where T : unmanaged, ILanes<T>
    {
        T a = T.Create(0f), b = a, c = a, d = a;
        var i = 0;
        for (; i <= length - (4 * T.Count); i += 4 * T.Count)
        {
            a = T.MultiplyAdd(T.Load(x + i), T.Load(y + i), a);
            b = T.MultiplyAdd(T.Load(x + i + T.Count), T.Load(y + i + T.Count), b);
            c = T.MultiplyAdd(T.Load(x + i + (2 * T.Count)), T.Load(y + i + (2 * T.Count)), c);
            d = T.MultiplyAdd(T.Load(x + i + (3 * T.Count)), T.Load(y + i + (3 * T.Count)), d);
        }

        for (; i <= length - T.Count; i += T.Count)
        {
            a = T.MultiplyAdd(T.Load(x + i), T.Load(y + i), a);
        }

        if (i < length)
        {
            b = T.MultiplyAdd(T.LoadPartial(x + i, length - i), T.LoadPartial(y + i, length - i), b);
        }

        return T.SumAcross((a + b) + (c + d));
    }
}
