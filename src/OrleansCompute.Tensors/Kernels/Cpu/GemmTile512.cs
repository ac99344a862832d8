using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Register tiles of 32 registers of 16 floats. Up to 14 x 32: 28 sums, two vectors of B and one broadcast, so that 16 loads feed 28
/// multiply-adds, 2 of which start per cycle. A tile of fewer rows is an instantiation of its own (<see cref="ITileRows"/>): the
/// compiler drops the rows that are not there. Compiled once, fully: with tiers the first products would run unoptimised. Stateless.
/// </summary>
internal static unsafe class GemmTile512
{
    /// <summary>Rows of the highest tile.</summary>
    public const int MaxRows = 14;

    /// <summary>32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows, TEdge>(GemmTileCall* call)
        where TRows : struct, ITileRows
        where TEdge : struct, ITileEdge
    {
        float* a = call->A, b = call->B;
        nint aStep = call->AStep, bStep = call->BStep, ldc = call->CStride;
        var c = call->C;
        byte* ahead = call->Ahead;
        nint aheadStep = call->AheadStep;
        Prefetch(c, ldc, TRows.Count, call->Depth);
        var mask = Mask<TEdge>(call, 16);
        var start = call->Bias == null ? Vector512<float>.Zero : Vector512.Load(call->Bias);
        var startRight = call->Bias == null ? Vector512<float>.Zero : Load<TEdge>(call->Bias + 16, mask);
        Vector512<float> l0 = start, r0 = startRight;
        Vector512<float> l1 = start, r1 = startRight;
        Vector512<float> l2 = start, r2 = startRight;
        Vector512<float> l3 = start, r3 = startRight;
        Vector512<float> l4 = start, r4 = startRight;
        Vector512<float> l5 = start, r5 = startRight;
        Vector512<float> l6 = start, r6 = startRight;
        Vector512<float> l7 = start, r7 = startRight;
        Vector512<float> l8 = start, r8 = startRight;
        Vector512<float> l9 = start, r9 = startRight;
        Vector512<float> l10 = start, r10 = startRight;
        Vector512<float> l11 = start, r11 = startRight;
        Vector512<float> l12 = start, r12 = startRight;
        Vector512<float> l13 = start, r13 = startRight;
        for (var k = call->Depth; k > 0; k--)
        {
            var left = Vector512.Load(b);
            var right = Load<TEdge>(b + 16, mask);
            var v = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(v, left, l0);
            r0 = Vector512.FusedMultiplyAdd(v, right, r0);
            if (TRows.Count > 1)
            {
                v = Vector512.Create(a[1]);
                l1 = Vector512.FusedMultiplyAdd(v, left, l1);
                r1 = Vector512.FusedMultiplyAdd(v, right, r1);
            }

            if (TRows.Count > 2)
            {
                v = Vector512.Create(a[2]);
                l2 = Vector512.FusedMultiplyAdd(v, left, l2);
                r2 = Vector512.FusedMultiplyAdd(v, right, r2);
            }

            if (TRows.Count > 3)
            {
                v = Vector512.Create(a[3]);
                l3 = Vector512.FusedMultiplyAdd(v, left, l3);
                r3 = Vector512.FusedMultiplyAdd(v, right, r3);
            }

            if (TRows.Count > 4)
            {
                v = Vector512.Create(a[4]);
                l4 = Vector512.FusedMultiplyAdd(v, left, l4);
                r4 = Vector512.FusedMultiplyAdd(v, right, r4);
            }

            if (TRows.Count > 5)
            {
                v = Vector512.Create(a[5]);
                l5 = Vector512.FusedMultiplyAdd(v, left, l5);
                r5 = Vector512.FusedMultiplyAdd(v, right, r5);
            }

            if (TRows.Count > 6)
            {
                v = Vector512.Create(a[6]);
                l6 = Vector512.FusedMultiplyAdd(v, left, l6);
                r6 = Vector512.FusedMultiplyAdd(v, right, r6);
            }

            if (TRows.Count > 7)
            {
                v = Vector512.Create(a[7]);
                l7 = Vector512.FusedMultiplyAdd(v, left, l7);
                r7 = Vector512.FusedMultiplyAdd(v, right, r7);
            }

            if (TRows.Count > 8)
            {
                v = Vector512.Create(a[8]);
                l8 = Vector512.FusedMultiplyAdd(v, left, l8);
                r8 = Vector512.FusedMultiplyAdd(v, right, r8);
            }

            if (TRows.Count > 9)
            {
                v = Vector512.Create(a[9]);
                l9 = Vector512.FusedMultiplyAdd(v, left, l9);
                r9 = Vector512.FusedMultiplyAdd(v, right, r9);
            }

            if (TRows.Count > 10)
            {
                v = Vector512.Create(a[10]);
                l10 = Vector512.FusedMultiplyAdd(v, left, l10);
                r10 = Vector512.FusedMultiplyAdd(v, right, r10);
            }

            if (TRows.Count > 11)
            {
                v = Vector512.Create(a[11]);
                l11 = Vector512.FusedMultiplyAdd(v, left, l11);
                r11 = Vector512.FusedMultiplyAdd(v, right, r11);
            }

            if (TRows.Count > 12)
            {
                v = Vector512.Create(a[12]);
                l12 = Vector512.FusedMultiplyAdd(v, left, l12);
                r12 = Vector512.FusedMultiplyAdd(v, right, r12);
            }

            if (TRows.Count > 13)
            {
                v = Vector512.Create(a[13]);
                l13 = Vector512.FusedMultiplyAdd(v, left, l13);
                r13 = Vector512.FusedMultiplyAdd(v, right, r13);
            }

            Sse.Prefetch1(ahead);
            ahead += aheadStep;
            a += aStep;
            b += bStep;
        }

        var flags = call->Flags;
        Put<TEdge>(l0, r0, c, flags, mask);

        if (TRows.Count > 1)
        {
            Put<TEdge>(l1, r1, c + ldc, flags, mask);
        }

        if (TRows.Count > 2)
        {
            Put<TEdge>(l2, r2, c + (2 * ldc), flags, mask);
        }

        if (TRows.Count > 3)
        {
            Put<TEdge>(l3, r3, c + (3 * ldc), flags, mask);
        }

        if (TRows.Count > 4)
        {
            Put<TEdge>(l4, r4, c + (4 * ldc), flags, mask);
        }

        if (TRows.Count > 5)
        {
            Put<TEdge>(l5, r5, c + (5 * ldc), flags, mask);
        }

        if (TRows.Count > 6)
        {
            Put<TEdge>(l6, r6, c + (6 * ldc), flags, mask);
        }

        if (TRows.Count > 7)
        {
            Put<TEdge>(l7, r7, c + (7 * ldc), flags, mask);
        }

        if (TRows.Count > 8)
        {
            Put<TEdge>(l8, r8, c + (8 * ldc), flags, mask);
        }

        if (TRows.Count > 9)
        {
            Put<TEdge>(l9, r9, c + (9 * ldc), flags, mask);
        }

        if (TRows.Count > 10)
        {
            Put<TEdge>(l10, r10, c + (10 * ldc), flags, mask);
        }

        if (TRows.Count > 11)
        {
            Put<TEdge>(l11, r11, c + (11 * ldc), flags, mask);
        }

        if (TRows.Count > 12)
        {
            Put<TEdge>(l12, r12, c + (12 * ldc), flags, mask);
        }

        if (TRows.Count > 13)
        {
            Put<TEdge>(l13, r13, c + (13 * ldc), flags, mask);
        }
    }

    /// <summary>16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TRows, TEdge>(GemmTileCall* call)
        where TRows : struct, ITileRows
        where TEdge : struct, ITileEdge
    {
        float* a = call->A, b = call->B;
        nint aStep = call->AStep, bStep = call->BStep, ldc = call->CStride;
        var c = call->C;
        byte* ahead = call->Ahead;
        nint aheadStep = call->AheadStep;
        Prefetch(c, ldc, TRows.Count, call->Depth);
        var mask = Mask<TEdge>(call, 0);
        var start = call->Bias == null ? Vector512<float>.Zero : Load<TEdge>(call->Bias, mask);
        Vector512<float> l0 = start;
        Vector512<float> l1 = start;
        Vector512<float> l2 = start;
        Vector512<float> l3 = start;
        Vector512<float> l4 = start;
        Vector512<float> l5 = start;
        Vector512<float> l6 = start;
        Vector512<float> l7 = start;
        Vector512<float> l8 = start;
        Vector512<float> l9 = start;
        Vector512<float> l10 = start;
        Vector512<float> l11 = start;
        Vector512<float> l12 = start;
        Vector512<float> l13 = start;
        for (var k = call->Depth; k > 0; k--)
        {
            var left = Load<TEdge>(b, mask);
            l0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[0]), left, l0);
            l1 = TRows.Count > 1 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[1]), left, l1) : l1;
            l2 = TRows.Count > 2 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[2]), left, l2) : l2;
            l3 = TRows.Count > 3 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[3]), left, l3) : l3;
            l4 = TRows.Count > 4 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[4]), left, l4) : l4;
            l5 = TRows.Count > 5 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[5]), left, l5) : l5;
            l6 = TRows.Count > 6 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[6]), left, l6) : l6;
            l7 = TRows.Count > 7 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[7]), left, l7) : l7;
            l8 = TRows.Count > 8 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[8]), left, l8) : l8;
            l9 = TRows.Count > 9 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[9]), left, l9) : l9;
            l10 = TRows.Count > 10 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[10]), left, l10) : l10;
            l11 = TRows.Count > 11 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[11]), left, l11) : l11;
            l12 = TRows.Count > 12 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[12]), left, l12) : l12;
            l13 = TRows.Count > 13 ? Vector512.FusedMultiplyAdd(Vector512.Create(a[13]), left, l13) : l13;
            Sse.Prefetch1(ahead);
            ahead += aheadStep;
            a += aStep;
            b += bStep;
        }

        var flags = call->Flags;
        Put<TEdge>(l0, c, flags, mask);

        if (TRows.Count > 1)
        {
            Put<TEdge>(l1, c + ldc, flags, mask);
        }

        if (TRows.Count > 2)
        {
            Put<TEdge>(l2, c + (2 * ldc), flags, mask);
        }

        if (TRows.Count > 3)
        {
            Put<TEdge>(l3, c + (3 * ldc), flags, mask);
        }

        if (TRows.Count > 4)
        {
            Put<TEdge>(l4, c + (4 * ldc), flags, mask);
        }

        if (TRows.Count > 5)
        {
            Put<TEdge>(l5, c + (5 * ldc), flags, mask);
        }

        if (TRows.Count > 6)
        {
            Put<TEdge>(l6, c + (6 * ldc), flags, mask);
        }

        if (TRows.Count > 7)
        {
            Put<TEdge>(l7, c + (7 * ldc), flags, mask);
        }

        if (TRows.Count > 8)
        {
            Put<TEdge>(l8, c + (8 * ldc), flags, mask);
        }

        if (TRows.Count > 9)
        {
            Put<TEdge>(l9, c + (9 * ldc), flags, mask);
        }

        if (TRows.Count > 10)
        {
            Put<TEdge>(l10, c + (10 * ldc), flags, mask);
        }

        if (TRows.Count > 11)
        {
            Put<TEdge>(l11, c + (11 * ldc), flags, mask);
        }

        if (TRows.Count > 12)
        {
            Put<TEdge>(l12, c + (12 * ldc), flags, mask);
        }

        if (TRows.Count > 13)
        {
            Put<TEdge>(l13, c + (13 * ldc), flags, mask);
        }
    }

    /// <summary>Which of a tile's last 16 columns there are; for a whole edge nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Mask<TEdge>(GemmTileCall* call, int first)
        where TEdge : struct, ITileEdge =>
        TEdge.IsBroken ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(call->Columns - first)).AsSingle() : default;

    /// <summary>The last vector of a row: what lies past a broken edge is not touched, it may not be memory of ours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TEdge>(float* source, Vector512<float> mask)
        where TEdge : struct, ITileEdge =>
        TEdge.IsBroken ? Avx512F.MaskLoad(source, mask, Vector512<float>.Zero) : Vector512.Load(source);

    /// <summary>Stores two vectors of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TEdge>(Vector512<float> left, Vector512<float> right, float* c, GemmTileFlags flags, Vector512<float> mask)
        where TEdge : struct, ITileEdge
    {
        Finish<TEdge>(left, TEdge.IsPlain ? left : Vector512.Load(c), flags).Store(c);
        Put<TEdge>(right, c + 16, flags, mask);
    }

    /// <summary>Stores the last vector of sums of a row, added to what is there or with negative ones as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TEdge>(Vector512<float> sums, float* c, GemmTileFlags flags, Vector512<float> mask)
        where TEdge : struct, ITileEdge
    {
        sums = Finish<TEdge>(sums, TEdge.IsPlain ? sums : Load<TEdge>(c, mask), flags);
        if (TEdge.IsBroken)
        {
            Avx512F.MaskStore(c, mask, sums);
        }
        else
        {
            sums.Store(c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Finish<TEdge>(Vector512<float> sums, Vector512<float> before, GemmTileFlags flags)
        where TEdge : struct, ITileEdge
    {
        if (TEdge.IsPlain)
        {
            return sums;
        }

        sums = (flags & GemmTileFlags.Accumulate) != 0 ? sums + before : sums;
        return (flags & GemmTileFlags.Relu) != 0 ? Vector512.Max(sums, Vector512<float>.Zero) : sums;
    }

    /// <summary>The tile of C is read and written after hundreds of steps: time enough to fetch it from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* c, nint stride, int rows, nint depth)
    {
        for (var r = 0; depth >= 64 && r < rows; r++, c += stride)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + 16);
        }
    }
}
