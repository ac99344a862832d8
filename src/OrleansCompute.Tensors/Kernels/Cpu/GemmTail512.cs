using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// The last columns of a product, eight at most, of a left operand that lies in place, row after row. A vector of the usual tiles would be
/// mostly empty; here its four parts are four columns, each with four neighbouring steps, so that one load and one multiplication do the
/// work of four (100 x 100 x 100, whose last panel has 4 columns, from 0.89 to 0.99 of OpenBLAS). The sums are in another order than those
/// of the usual tiles, which a product of few rows has: the bits of a row depend on how many rows its product has, not on the number of
/// threads. Stateless.
/// </summary>
internal static unsafe class GemmTail512
{
    /// <summary>Most columns.</summary>
    public const int MaxColumns = 8;

    /// <summary>Columns that share a vector, and steps of each in it.</summary>
    private const int Four = 4;

    private const int Chunk = 8;

    /// <summary>Floats of so many packed columns.</summary>
    public static int PackedLength(int depth) => checked((depth + Four - 1) / Four * Four * MaxColumns);

    /// <summary>Packs columns: by fours of columns, then by fours of steps, each as columns of four steps; zeros where there are none.</summary>
    /// <param name="b">First column of the right operand, row after row.</param>
    /// <param name="stride">Floats between two of its rows.</param>
    /// <param name="depth">Steps.</param>
    /// <param name="columns">Columns, 1 to 8.</param>
    /// <param name="packed">Receives <see cref="PackedLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* b, nint stride, int depth, int columns, float* packed)
    {
        for (var first = 0; first < columns; first += Four)
        {
            var from = b + first;
            var mask = Mask(Math.Min(Four, columns - first));
            for (var step = 0; step < depth; step += Four, from += Four * stride, packed += Four * Four)
            {
                var left = depth - step;
                var r0 = Avx.MaskLoad(from, mask);
                var r1 = left > 1 ? Avx.MaskLoad(from + stride, mask) : default;
                var r2 = left > 2 ? Avx.MaskLoad(from + (2 * stride), mask) : default;
                var r3 = left > 3 ? Avx.MaskLoad(from + (3 * stride), mask) : default;
                Vector128<float> t0 = Sse.UnpackLow(r0, r1), t1 = Sse.UnpackHigh(r0, r1), t2 = Sse.UnpackLow(r2, r3), t3 = Sse.UnpackHigh(r2, r3);
                Sse.MoveLowToHigh(t0, t2).Store(packed);
                Sse.MoveHighToLow(t2, t0).Store(packed + Four);
                Sse.MoveLowToHigh(t1, t3).Store(packed + (2 * Four));
                Sse.MoveHighToLow(t3, t1).Store(packed + (3 * Four));
            }
        }
    }

    /// <summary>Writes the sums of some rows.</summary>
    /// <param name="rows">Rows, 1 or more.</param>
    /// <param name="columns">Columns, 1 to 8.</param>
    /// <param name="depth">Steps, 1 or more.</param>
    /// <param name="a">First row of the left operand.</param>
    /// <param name="aStride">Floats between two of them.</param>
    /// <param name="packed">Packed columns.</param>
    /// <param name="c">First row of the sums.</param>
    /// <param name="cStride">Floats between two of them.</param>
    public static void Run(int rows, int columns, int depth, float* a, nint aStride, float* packed, float* c, nint cStride)
    {
        for (var first = 0; first < columns; first += Four, packed += (nint)((depth + Four - 1) / Four) * Four * Four)
        {
            for (var row = 0; row < rows; row += Chunk)
            {
                Rows(Math.Min(Chunk, rows - row), Math.Min(Four, columns - first), depth, a + (row * aStride), aStride, packed, c + (row * cStride) + first, cStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(int rows, int columns, int depth, float* a, nint stride, float* b, float* c, nint cStride)
    {
        // Rows that are not there are the last one once more.
        float* a0 = a, a1 = a + (Math.Min(1, rows - 1) * stride), a2 = a + (Math.Min(2, rows - 1) * stride), a3 = a + (Math.Min(3, rows - 1) * stride);
        float* a4 = a + (Math.Min(4, rows - 1) * stride), a5 = a + (Math.Min(5, rows - 1) * stride), a6 = a + (Math.Min(6, rows - 1) * stride), a7 = a + (Math.Min(7, rows - 1) * stride);
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        nint k = 0;
        for (; k <= depth - Four; k += Four, b += Four * Four)
        {
            var v = Vector512.Load(b);
            s0 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a0 + k), v, s0);
            s1 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a1 + k), v, s1);
            s2 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a2 + k), v, s2);
            s3 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a3 + k), v, s3);
            s4 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a4 + k), v, s4);
            s5 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a5 + k), v, s5);
            s6 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a6 + k), v, s6);
            s7 = Vector512.FusedMultiplyAdd(Avx512F.BroadcastVector128ToVector512(a7 + k), v, s7);
        }

        if (k < depth)
        {
            var (v, rest) = (Vector512.Load(b), Mask((int)(depth - k)));
            s0 = Vector512.FusedMultiplyAdd(Part(a0 + k, rest), v, s0);
            s1 = Vector512.FusedMultiplyAdd(Part(a1 + k, rest), v, s1);
            s2 = Vector512.FusedMultiplyAdd(Part(a2 + k, rest), v, s2);
            s3 = Vector512.FusedMultiplyAdd(Part(a3 + k, rest), v, s3);
            s4 = Vector512.FusedMultiplyAdd(Part(a4 + k, rest), v, s4);
            s5 = Vector512.FusedMultiplyAdd(Part(a5 + k, rest), v, s5);
            s6 = Vector512.FusedMultiplyAdd(Part(a6 + k, rest), v, s6);
            s7 = Vector512.FusedMultiplyAdd(Part(a7 + k, rest), v, s7);
        }

        var mask = Mask(columns);
        Store(Sums(s0, s1, s2, s3), Math.Min(rows, Four), mask, c, cStride);
        if (rows > Four)
        {
            Store(Sums(s4, s5, s6, s7), rows - Four, mask, c + (Four * cStride), cStride);
        }
    }

    /// <summary>The first elements of four.</summary>
    private static Vector128<float> Mask(int count) => Vector128.GreaterThan(Vector128.Create(count), Vector128<int>.Indices).AsSingle();

    /// <summary>The last steps of a row, one to three: what lies behind is another row, or not memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Part(float* a, Vector128<float> mask)
    {
        var part = Avx.MaskLoad(a, mask);
        var twice = Vector256.Create(part, part);
        return Vector512.Create(twice, twice);
    }

    /// <summary>The sums of four rows: each quarter of the result is a row of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        // Of each quarter, a column: the first two and the last two steps together, then these; a, b, c and d side by side.
        var ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        var cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        var columns = Avx512F.Shuffle(ab, cd, 0b01_00_01_00) + Avx512F.Shuffle(ab, cd, 0b11_10_11_10);
        return Avx512F.PermuteVar16x32(columns, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sums, int rows, Vector128<float> mask, float* c, nint cStride)
    {
        Avx.MaskStore(c, mask, Avx512F.ExtractVector128(sums, 0));
        if (rows > 1)
        {
            Avx.MaskStore(c + cStride, mask, Avx512F.ExtractVector128(sums, 1));
        }

        if (rows > 2)
        {
            Avx.MaskStore(c + (2 * cStride), mask, Avx512F.ExtractVector128(sums, 2));
        }

        if (rows > 3)
        {
            Avx.MaskStore(c + (3 * cStride), mask, Avx512F.ExtractVector128(sums, 3));
        }
    }
}
