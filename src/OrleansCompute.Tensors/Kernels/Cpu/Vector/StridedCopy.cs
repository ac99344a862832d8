using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Copies between strided views of memory, of rank up to 8, for elements of any size: permutation, slicing (also with negative steps),
/// expansion (a source stride of 0), and storing into a part of a tensor. Axes that lie one inside the other in both views are merged
/// first; contiguous runs are then copied whole, and transposed planes of 4-byte elements go through registers. Stateless,
/// allocation-free.
/// </summary>
internal static unsafe class StridedCopy
{
    /// <summary>Largest number of axes.</summary>
    public const int MaxRank = 8;

    /// <summary>y = x with its axes in the order that <paramref name="axes"/> names: y's axis i is x's axis axes[i].</summary>
    public static void Permute<TElement>(
        SimdLevel level, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes, ReadOnlySpan<TElement> x, Span<TElement> y)
        where TElement : unmanaged
    {
        CheckRank(shape.Length);
        Lengths.Equal(shape.Length, axes.Length, nameof(axes));
        Span<int> permuted = stackalloc int[MaxRank];
        Span<long> from = stackalloc long[MaxRank], to = stackalloc long[MaxRank], contiguous = stackalloc long[MaxRank];
        Contiguous(shape, contiguous);
        var seen = 0;
        for (var i = 0; i < axes.Length; i++)
        {
            if ((uint)axes[i] >= (uint)shape.Length || (seen & (1 << axes[i])) != 0)
            {
                throw new ArgumentException($"axes[{i}] is {axes[i]}; each of 0 to {shape.Length - 1} is allowed once.", nameof(axes));
            }

            seen |= 1 << axes[i];
            (permuted[i], from[i]) = (shape[axes[i]], contiguous[axes[i]]);
        }

        var size = permuted[..shape.Length];
        Contiguous(size, to);
        Copy(level, size, x, 0, from[..shape.Length], y, 0, to[..shape.Length]);
    }

    /// <summary>
    /// For every index of the shape, y[yOffset + index . yStrides] = x[xOffset + index . xStrides]. The views must not overlap. Every
    /// position is checked to lie in its span before anything is copied.
    /// </summary>
    public static void Copy<TElement>(
        SimdLevel level,
        ReadOnlySpan<int> shape,
        ReadOnlySpan<TElement> x,
        long xOffset,
        ReadOnlySpan<long> xStrides,
        Span<TElement> y,
        long yOffset,
        ReadOnlySpan<long> yStrides)
        where TElement : unmanaged
    {
        CheckRank(shape.Length);
        Lengths.Equal(shape.Length, xStrides.Length, nameof(xStrides));
        Lengths.Equal(shape.Length, yStrides.Length, nameof(yStrides));
        Span<int> sizes = stackalloc int[MaxRank];
        Span<long> from = stackalloc long[MaxRank], to = stackalloc long[MaxRank];
        var rank = 0;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            if (size == 0)
            {
                return;
            }
        }

        CheckReach(shape, xOffset, xStrides, x.Length, nameof(x));
        CheckReach(shape, yOffset, yStrides, y.Length, nameof(y));
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 1)
            {
                continue;
            }

            var merges = rank > 0 && from[rank - 1] == shape[i] * xStrides[i] && to[rank - 1] == shape[i] * yStrides[i]
                && (long)sizes[rank - 1] * shape[i] <= int.MaxValue;
            if (merges)
            {
                sizes[rank - 1] *= shape[i];
                (from[rank - 1], to[rank - 1]) = (xStrides[i], yStrides[i]);
            }
            else
            {
                (sizes[rank], from[rank], to[rank]) = (shape[i], xStrides[i], yStrides[i]);
                rank++;
            }
        }

        fixed (TElement* source = x, target = y)
        {
            Nested(level, sizes[..rank], source + xOffset, from, target + yOffset, to);
        }
    }

    /// <summary>Row-major strides of a shape.</summary>
    public static void Contiguous(ReadOnlySpan<int> shape, Span<long> strides)
    {
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
    }

    private static void Nested<TElement>(
        SimdLevel level, ReadOnlySpan<int> shape, TElement* x, ReadOnlySpan<long> from, TElement* y, ReadOnlySpan<long> to)
        where TElement : unmanaged
    {
        switch (shape.Length)
        {
            case 0:
                *y = *x;
                return;
            case 1:
                Run(shape[0], x, from[0], y, to[0]);
                return;
            case 2 when from[0] == 1 && to[1] == 1 && sizeof(TElement) == sizeof(float):
                Transpose.Matrix(level != SimdLevel.Scalar, shape[1], shape[0], (float*)x, (nint)from[1], (float*)y, (nint)to[0]);
                return;
            default:
                // The plane that a transposition through registers needs may lie further out: bring its axis next to the last.
                var inner = shape.Length == 2 ? -1 : UnitAxis(shape.Length, from, to, sizeof(TElement));
                if (inner > 0)
                {
                    Rotate(level, shape, inner, x, from, y, to);
                    return;
                }

                for (var i = 0; i < shape[0]; i++)
                {
                    Nested(level, shape[1..], x + (i * from[0]), from[1..], y + (i * to[0]), to[1..]);
                }

                return;
        }
    }

    /// <summary>Where to move the first axis, along which the source is contiguous while the target is along the last; or -1.</summary>
    private static int UnitAxis(int rank, ReadOnlySpan<long> from, ReadOnlySpan<long> to, int size) =>
        size == sizeof(float) && to[rank - 1] == 1 && from[rank - 1] != 1 && from[0] == 1 ? rank - 2 : -1;

    /// <summary>Moves the first axis to just before the last, which changes the order of the copies and nothing else.</summary>
    private static void Rotate<TElement>(
        SimdLevel level,
        ReadOnlySpan<int> shape,
        int to,
        TElement* x,
        ReadOnlySpan<long> xStrides,
        TElement* y,
        ReadOnlySpan<long> yStrides)
        where TElement : unmanaged
    {
        Span<int> sizes = stackalloc int[MaxRank];
        Span<long> xs = stackalloc long[MaxRank], ys = stackalloc long[MaxRank];
        for (var i = 0; i < shape.Length; i++)
        {
            var at = i < to ? i + 1 : i == to ? 0 : i;
            (sizes[i], xs[i], ys[i]) = (shape[at], xStrides[at], yStrides[at]);
        }

        for (var i = 0; i < sizes[0]; i++)
        {
            Nested(level, sizes[1..shape.Length], x + (i * xs[0]), xs[1..], y + (i * ys[0]), ys[1..]);
        }
    }

    private static void Run<TElement>(int count, TElement* x, long from, TElement* y, long to)
        where TElement : unmanaged
    {
        if (to == 1 && from == 1)
        {
            new ReadOnlySpan<TElement>(x, count).CopyTo(new Span<TElement>(y, count));
        }
        else if (to == 1 && from == 0)
        {
            new Span<TElement>(y, count).Fill(*x);
        }
        else
        {
            for (var i = 0; i < count; i++, x += from, y += to)
            {
                *y = *x;
            }
        }
    }

    private static void CheckReach(ReadOnlySpan<int> shape, long offset, ReadOnlySpan<long> strides, int length, string name)
    {
        var (lowest, highest) = (offset, offset);
        for (var i = 0; i < shape.Length; i++)
        {
            var reach = checked((shape[i] - 1L) * strides[i]);
            (lowest, highest) = reach < 0 ? (checked(lowest + reach), highest) : (lowest, checked(highest + reach));
        }

        if (lowest < 0 || highest >= length)
        {
            throw new ArgumentException($"{name} has {length} elements; the view reaches from {lowest} to {highest}.", name);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckRank(int rank)
    {
        if (rank > MaxRank)
        {
            throw new ArgumentException($"shape has {rank} axes; allowed 0 to {MaxRank}.", nameof(rank));
        }
    }
}
