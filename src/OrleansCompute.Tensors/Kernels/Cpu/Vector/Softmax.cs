namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Softmax and its logarithm over the rows of a row-major matrix, or over the middle axis of [outer, axis, inner], with gradients. The
/// largest element is subtracted first, so nothing overflows; a row of minus infinities gives NaN (as PyTorch does), except in the
/// masked forms, where a row that sees nothing is zero. Results may replace arguments. Stateless, allocation-free.
/// </summary>
internal static unsafe class Softmax
{
    /// <summary>y = softmax(x) along the axis.</summary>
    public static void Axis(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
        Run(level, outer, axis, inner, x, y, logarithm: false);

    /// <summary>y = log(softmax(x)) along the axis.</summary>
    public static void AxisLog(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
        Run(level, outer, axis, inner, x, y, logarithm: true);

    public static void Rows(SimdLevel level, int columns, ReadOnlySpan<float> x, Span<float> y) =>
        Axis(level, RowCount(x.Length, columns), columns, 1, x, y);

    public static void RowsLog(SimdLevel level, int columns, ReadOnlySpan<float> x, Span<float> y) =>
        AxisLog(level, RowCount(x.Length, columns), columns, 1, x, y);

    /// <summary>
    /// y = softmax(scale x + mask) on rows. The mask holds one or more rows, repeated over those of x (a mask of [T, T] serves all heads).
    /// </summary>
    public static void MaskedRows(SimdLevel level, int columns, float scale, ReadOnlySpan<float> x, ReadOnlySpan<float> mask, Span<float> y)
    {
        Lengths.Multiple(x.Length, mask.Length, nameof(x));
        Lengths.Multiple(mask.Length, columns, nameof(mask));
        Lengths.Equal(x.Length, y.Length, nameof(y));
        for (var at = 0; at < x.Length; at += mask.Length)
        {
            ElementLoops.Binary(level, new BinaryFunctions.MultiplyAddTo(scale), x.Slice(at, mask.Length), mask, y.Slice(at, mask.Length));
        }

        fixed (float* to = y)
        {
            for (var at = 0; at < x.Length; at += columns)
            {
                RowOfVisible(level, to + at, to + at, columns, columns, 1f);
            }
        }
    }

    /// <summary>
    /// y = softmax(scale x) on the rows of matrices of <paramref name="rows"/> x <paramref name="columns"/>, where row r sees the columns
    /// up to r + columns - rows (queries are the last of the keys); the others are zero.
    /// </summary>
    public static void CausalRows(SimdLevel level, int rows, int columns, float scale, ReadOnlySpan<float> x, Span<float> y)
    {
        Lengths.Multiple(x.Length, (long)rows * columns, nameof(x));
        Lengths.Equal(x.Length, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            for (int at = 0, row = 0; at < x.Length; at += columns, row = row + 1 == rows ? 0 : row + 1)
            {
                RowOfVisible(level, from + at, to + at, columns, Math.Clamp(row + 1 + columns - rows, 0, columns), scale);
            }
        }
    }

    /// <summary>dx = y (dy - sum(y dy)) along the axis.</summary>
    public static void AxisGradient(
        SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) =>
        Gradient(level, outer, axis, inner, y, dy, dx, logarithm: false);

    /// <summary>dx = dy - exp(y) sum(dy) along the axis, with y the logarithm of the softmax.</summary>
    public static void AxisLogGradient(
        SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) =>
        Gradient(level, outer, axis, inner, y, dy, dx, logarithm: true);

    public static void RowsGradient(SimdLevel level, int columns, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) =>
        AxisGradient(level, RowCount(y.Length, columns), columns, 1, y, dy, dx);

    public static void RowsLogGradient(SimdLevel level, int columns, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) =>
        AxisLogGradient(level, RowCount(y.Length, columns), columns, 1, y, dy, dx);

    private static int RowCount(int length, int columns)
    {
        Lengths.Multiple(length, columns, "x");
        return columns == 0 ? 0 : length / columns;
    }

    private static void Run(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y, bool logarithm)
    {
        Lengths.Exactly((long)outer * axis * inner, x.Length, nameof(x));
        Lengths.Equal(x.Length, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            switch (level)
            {
                case SimdLevel.Vector512: SoftmaxLoops<Lanes512>.Forward(outer, axis, inner, from, to, logarithm); break;
                case SimdLevel.Vector256: SoftmaxLoops<Lanes256>.Forward(outer, axis, inner, from, to, logarithm); break;
                default: SoftmaxLoops<Lanes1>.Forward(outer, axis, inner, from, to, logarithm); break;
            }
        }
    }

    private static void Gradient(
        SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool logarithm)
    {
        Lengths.Exactly((long)outer * axis * inner, y.Length, nameof(y));
        Lengths.Equal(y.Length, dy.Length, nameof(dy));
        Lengths.Equal(y.Length, dx.Length, nameof(dx));
        fixed (float* result = y, incoming = dy, to = dx)
        {
            switch (level)
            {
                case SimdLevel.Vector512: SoftmaxLoops<Lanes512>.Gradient(outer, axis, inner, result, incoming, to, logarithm); break;
                case SimdLevel.Vector256: SoftmaxLoops<Lanes256>.Gradient(outer, axis, inner, result, incoming, to, logarithm); break;
                default: SoftmaxLoops<Lanes1>.Gradient(outer, axis, inner, result, incoming, to, logarithm); break;
            }
        }
    }

    private static void RowOfVisible(SimdLevel level, float* x, float* y, int columns, int visible, float scale)
    {
        switch (level)
        {
            case SimdLevel.Vector512: SoftmaxLoops<Lanes512>.Visible(x, y, columns, visible, scale); break;
            case SimdLevel.Vector256: SoftmaxLoops<Lanes256>.Visible(x, y, columns, visible, scale); break;
            default: SoftmaxLoops<Lanes1>.Visible(x, y, columns, visible, scale); break;
        }
    }
}
