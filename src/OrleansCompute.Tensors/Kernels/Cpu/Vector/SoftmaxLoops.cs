using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The loops of <see cref="Softmax"/> for one width. Stateless.</summary>
internal static unsafe class SoftmaxLoops<T>
    where T : unmanaged, ILanes<T>
{
    public static void Forward(int outer, int axis, int inner, float* x, float* y, bool logarithm)
    {
        for (var o = 0; o < outer; o++, x += (long)axis * inner, y += (long)axis * inner)
        {
            if (inner == 1)
            {
                ForwardRow(x, y, axis, logarithm);
                continue;
            }

            for (var j = 0; j < inner; j += T.Count)
            {
                ForwardColumns(x + j, y + j, axis, inner, inner - j, logarithm);
            }
        }
    }

    public static void Gradient(int outer, int axis, int inner, float* y, float* dy, float* dx, bool logarithm)
    {
        var size = (long)axis * inner;
        for (var o = 0; o < outer; o++, y += size, dy += size, dx += size)
        {
            if (inner == 1)
            {
                GradientRow(y, dy, dx, axis, logarithm);
                continue;
            }

            for (var j = 0; j < inner; j += T.Count)
            {
                GradientColumns(y + j, dy + j, dx + j, axis, inner, inner - j, logarithm);
            }
        }
    }

    /// <summary>
    /// softmax(scale x) of the first <paramref name="visible"/> elements, zero for the others and for a row of -infinity.
    /// </summary>
    public static void Visible(float* x, float* y, int columns, int visible, float scale)
    {
        var largest = LargestScaled(x, visible, scale);
        if (float.IsNegativeInfinity(largest))
        {
            new Span<float>(y, columns).Clear();
            return;
        }

        var sum = ExpAndSum<T>(x, y, visible, scale, largest);
        Affine<T>(y, y, visible, 1f / sum, 0f);
        new Span<float>(y + visible, columns - visible).Clear();
    }

    private static float LargestScaled(float* x, int length, float scale)
    {
        // A negative scale turns the order round.
        var largest = scale >= 0f ? Reduce<Reducers.Maximum, T>(x, length) : Reduce<Reducers.Minimum, T>(x, length);
        return length == 0 ? float.NegativeInfinity : (float)largest * scale;
    }

    private static void ForwardRow(float* x, float* y, int length, bool logarithm)
    {
        var largest = (float)Reduce<Reducers.Maximum, T>(x, length);
        if (logarithm)
        {
            // First the largest, then the logarithm: added to a largest of 1e30 the logarithm would be lost.
            var log = MathF.Log(ExpAndSum<T>(x, null, length, 1f, largest));
            var (wideLargest, wideLog) = (T.Create(largest), T.Create(log));
            for (var i = 0; i < length; i += T.Count)
            {
                StoreUpTo(LoadUpTo<T>(x + i, length - i) - wideLargest - wideLog, y + i, length - i);
            }

            return;
        }

        var sum = ExpAndSum<T>(x, y, length, 1f, largest);
        Affine<T>(y, y, length, 1f / sum, 0f);
    }

    private static void ForwardColumns(float* x, float* y, int axis, int stride, int count, bool logarithm)
    {
        var largest = T.Create(float.NegativeInfinity);
        var from = x;
        for (var k = 0; k < axis; k++, from += stride)
        {
            largest = T.Max(largest, LoadUpTo<T>(from, count));
        }

        var sum = T.Create(0f);
        from = x;
        var to = y;
        for (var k = 0; k < axis; k++, from += stride, to += stride)
        {
            var shifted = LoadUpTo<T>(from, count) - largest;
            var e = VectorMath.Exp(shifted);
            sum += e;
            StoreUpTo(logarithm ? shifted : e, to, count);
        }

        var last = logarithm ? VectorMath.Log(sum) : T.Create(1f) / sum;
        to = y;
        for (var k = 0; k < axis; k++, to += stride)
        {
            var value = LoadUpTo<T>(to, count);
            StoreUpTo(logarithm ? value - last : value * last, to, count);
        }
    }

    private static void GradientRow(float* y, float* dy, float* dx, int length, bool logarithm)
    {
        var sum = T.Create((float)(logarithm ? Reduce<Reducers.Sum, T>(dy, length) : Dot<T>(y, dy, length)));
        for (var i = 0; i < length; i += T.Count)
        {
            StoreUpTo(GradientOf(LoadUpTo<T>(y + i, length - i), LoadUpTo<T>(dy + i, length - i), sum, logarithm), dx + i, length - i);
        }
    }

    private static void GradientColumns(float* y, float* dy, float* dx, int axis, int stride, int count, bool logarithm)
    {
        var sum = T.Create(0f);
        for (var k = 0; k < axis; k++)
        {
            var incoming = LoadUpTo<T>(dy + ((long)k * stride), count);
            sum += logarithm ? incoming : incoming * LoadUpTo<T>(y + ((long)k * stride), count);
        }

        for (var k = 0; k < axis; k++, y += stride, dy += stride, dx += stride)
        {
            StoreUpTo(GradientOf(LoadUpTo<T>(y, count), LoadUpTo<T>(dy, count), sum, logarithm), dx, count);
        }
    }

    private static T GradientOf(T y, T dy, T sum, bool logarithm) =>
        logarithm ? T.MultiplyAdd(-VectorMath.Exp(y), sum, dy) : y * (dy - sum);
}
