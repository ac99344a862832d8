using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// The tiles of <see cref="GemmTile512"/> for a left operand that lies in place, row after row: for few columns, where packing it would
/// take as long as the product. Stateless.
/// </summary>
internal static unsafe class GemmRowTile512
{
    /// <summary>32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows, TEdge>(GemmTileCall* call)
        where TRows : struct, ITileRows
        where TEdge : struct, ITileEdge
    {
        var b = call->B;
        var a0 = (byte*)call->A;
        nint stride = call->ARowStride * sizeof(float), bStep = call->BStep, ldc = call->CStride;
        var a3 = a0 + (3 * stride);
        var a6 = a3 + (3 * stride);
        var a9 = a6 + (3 * stride);
        var a12 = a9 + (3 * stride);
        var c = call->C;
        var mask = GemmTile512.Mask<TEdge>(call, 16);
        var start = call->Bias == null ? Vector512<float>.Zero : Vector512.Load(call->Bias);
        var startRight = call->Bias == null ? Vector512<float>.Zero : GemmTile512.Load<TEdge>(call->Bias + 16, mask);
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
            var right = GemmTile512.Load<TEdge>(b + 16, mask);
            var v = Vector512.Create(*(float*)a0);
            l0 = Vector512.FusedMultiplyAdd(v, left, l0);
            r0 = Vector512.FusedMultiplyAdd(v, right, r0);
            if (TRows.Count > 1)
            {
                v = Vector512.Create(*(float*)(a0 + stride));
                l1 = Vector512.FusedMultiplyAdd(v, left, l1);
                r1 = Vector512.FusedMultiplyAdd(v, right, r1);
            }

            if (TRows.Count > 2)
            {
                v = Vector512.Create(*(float*)(a0 + (2 * stride)));
                l2 = Vector512.FusedMultiplyAdd(v, left, l2);
                r2 = Vector512.FusedMultiplyAdd(v, right, r2);
            }

            if (TRows.Count > 3)
            {
                v = Vector512.Create(*(float*)a3);
                l3 = Vector512.FusedMultiplyAdd(v, left, l3);
                r3 = Vector512.FusedMultiplyAdd(v, right, r3);
            }

            if (TRows.Count > 4)
            {
                v = Vector512.Create(*(float*)(a3 + stride));
                l4 = Vector512.FusedMultiplyAdd(v, left, l4);
                r4 = Vector512.FusedMultiplyAdd(v, right, r4);
            }

            if (TRows.Count > 5)
            {
                v = Vector512.Create(*(float*)(a3 + (2 * stride)));
                l5 = Vector512.FusedMultiplyAdd(v, left, l5);
                r5 = Vector512.FusedMultiplyAdd(v, right, r5);
            }

            if (TRows.Count > 6)
            {
                v = Vector512.Create(*(float*)a6);
                l6 = Vector512.FusedMultiplyAdd(v, left, l6);
                r6 = Vector512.FusedMultiplyAdd(v, right, r6);
            }

            if (TRows.Count > 7)
            {
                v = Vector512.Create(*(float*)(a6 + stride));
                l7 = Vector512.FusedMultiplyAdd(v, left, l7);
                r7 = Vector512.FusedMultiplyAdd(v, right, r7);
            }

            if (TRows.Count > 8)
            {
                v = Vector512.Create(*(float*)(a6 + (2 * stride)));
                l8 = Vector512.FusedMultiplyAdd(v, left, l8);
                r8 = Vector512.FusedMultiplyAdd(v, right, r8);
            }

            if (TRows.Count > 9)
            {
                v = Vector512.Create(*(float*)a9);
                l9 = Vector512.FusedMultiplyAdd(v, left, l9);
                r9 = Vector512.FusedMultiplyAdd(v, right, r9);
            }

            if (TRows.Count > 10)
            {
                v = Vector512.Create(*(float*)(a9 + stride));
                l10 = Vector512.FusedMultiplyAdd(v, left, l10);
                r10 = Vector512.FusedMultiplyAdd(v, right, r10);
            }

            if (TRows.Count > 11)
            {
                v = Vector512.Create(*(float*)(a9 + (2 * stride)));
                l11 = Vector512.FusedMultiplyAdd(v, left, l11);
                r11 = Vector512.FusedMultiplyAdd(v, right, r11);
            }

            if (TRows.Count > 12)
            {
                v = Vector512.Create(*(float*)a12);
                l12 = Vector512.FusedMultiplyAdd(v, left, l12);
                r12 = Vector512.FusedMultiplyAdd(v, right, r12);
            }

            if (TRows.Count > 13)
            {
                v = Vector512.Create(*(float*)(a12 + stride));
                l13 = Vector512.FusedMultiplyAdd(v, left, l13);
                r13 = Vector512.FusedMultiplyAdd(v, right, r13);
            }

            b += bStep;
            a0 += sizeof(float);
            a3 += sizeof(float);
            a6 += sizeof(float);
            a9 += sizeof(float);
            a12 += sizeof(float);
        }

        var flags = call->Flags;
        GemmTile512.Put<TEdge>(l0, r0, c, flags, mask);

        if (TRows.Count > 1)
        {
            GemmTile512.Put<TEdge>(l1, r1, c + ldc, flags, mask);
        }

        if (TRows.Count > 2)
        {
            GemmTile512.Put<TEdge>(l2, r2, c + (2 * ldc), flags, mask);
        }

        if (TRows.Count > 3)
        {
            GemmTile512.Put<TEdge>(l3, r3, c + (3 * ldc), flags, mask);
        }

        if (TRows.Count > 4)
        {
            GemmTile512.Put<TEdge>(l4, r4, c + (4 * ldc), flags, mask);
        }

        if (TRows.Count > 5)
        {
            GemmTile512.Put<TEdge>(l5, r5, c + (5 * ldc), flags, mask);
        }

        if (TRows.Count > 6)
        {
            GemmTile512.Put<TEdge>(l6, r6, c + (6 * ldc), flags, mask);
        }

        if (TRows.Count > 7)
        {
            GemmTile512.Put<TEdge>(l7, r7, c + (7 * ldc), flags, mask);
        }

        if (TRows.Count > 8)
        {
            GemmTile512.Put<TEdge>(l8, r8, c + (8 * ldc), flags, mask);
        }

        if (TRows.Count > 9)
        {
            GemmTile512.Put<TEdge>(l9, r9, c + (9 * ldc), flags, mask);
        }

        if (TRows.Count > 10)
        {
            GemmTile512.Put<TEdge>(l10, r10, c + (10 * ldc), flags, mask);
        }

        if (TRows.Count > 11)
        {
            GemmTile512.Put<TEdge>(l11, r11, c + (11 * ldc), flags, mask);
        }

        if (TRows.Count > 12)
        {
            GemmTile512.Put<TEdge>(l12, r12, c + (12 * ldc), flags, mask);
        }

        if (TRows.Count > 13)
        {
            GemmTile512.Put<TEdge>(l13, r13, c + (13 * ldc), flags, mask);
        }
    }

    /// <summary>16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TRows, TEdge>(GemmTileCall* call)
        where TRows : struct, ITileRows
        where TEdge : struct, ITileEdge
    {
        var b = call->B;
        var a0 = (byte*)call->A;
        nint stride = call->ARowStride * sizeof(float), bStep = call->BStep, ldc = call->CStride;
        var a3 = a0 + (3 * stride);
        var a6 = a3 + (3 * stride);
        var a9 = a6 + (3 * stride);
        var a12 = a9 + (3 * stride);
        var c = call->C;
        var mask = GemmTile512.Mask<TEdge>(call, 0);
        var start = call->Bias == null ? Vector512<float>.Zero : GemmTile512.Load<TEdge>(call->Bias, mask);
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
            var left = GemmTile512.Load<TEdge>(b, mask);
            l0 = Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)a0), left, l0);
            l1 = TRows.Count > 1 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a0 + stride)), left, l1) : l1;
            l2 = TRows.Count > 2 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a0 + (2 * stride))), left, l2) : l2;
            l3 = TRows.Count > 3 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)a3), left, l3) : l3;
            l4 = TRows.Count > 4 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a3 + stride)), left, l4) : l4;
            l5 = TRows.Count > 5 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a3 + (2 * stride))), left, l5) : l5;
            l6 = TRows.Count > 6 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)a6), left, l6) : l6;
            l7 = TRows.Count > 7 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a6 + stride)), left, l7) : l7;
            l8 = TRows.Count > 8 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a6 + (2 * stride))), left, l8) : l8;
            l9 = TRows.Count > 9 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)a9), left, l9) : l9;
            l10 = TRows.Count > 10 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a9 + stride)), left, l10) : l10;
            l11 = TRows.Count > 11 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a9 + (2 * stride))), left, l11) : l11;
            l12 = TRows.Count > 12 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)a12), left, l12) : l12;
            l13 = TRows.Count > 13 ? Vector512.FusedMultiplyAdd(Vector512.Create(*(float*)(a12 + stride)), left, l13) : l13;
            b += bStep;
            a0 += sizeof(float);
            a3 += sizeof(float);
            a6 += sizeof(float);
            a9 += sizeof(float);
            a12 += sizeof(float);
        }

        var flags = call->Flags;
        GemmTile512.Put<TEdge>(l0, c, flags, mask);

        if (TRows.Count > 1)
        {
            GemmTile512.Put<TEdge>(l1, c + ldc, flags, mask);
        }

        if (TRows.Count > 2)
        {
            GemmTile512.Put<TEdge>(l2, c + (2 * ldc), flags, mask);
        }

        if (TRows.Count > 3)
        {
            GemmTile512.Put<TEdge>(l3, c + (3 * ldc), flags, mask);
        }

        if (TRows.Count > 4)
        {
            GemmTile512.Put<TEdge>(l4, c + (4 * ldc), flags, mask);
        }

        if (TRows.Count > 5)
        {
            GemmTile512.Put<TEdge>(l5, c + (5 * ldc), flags, mask);
        }

        if (TRows.Count > 6)
        {
            GemmTile512.Put<TEdge>(l6, c + (6 * ldc), flags, mask);
        }

        if (TRows.Count > 7)
        {
            GemmTile512.Put<TEdge>(l7, c + (7 * ldc), flags, mask);
        }

        if (TRows.Count > 8)
        {
            GemmTile512.Put<TEdge>(l8, c + (8 * ldc), flags, mask);
        }

        if (TRows.Count > 9)
        {
            GemmTile512.Put<TEdge>(l9, c + (9 * ldc), flags, mask);
        }

        if (TRows.Count > 10)
        {
            GemmTile512.Put<TEdge>(l10, c + (10 * ldc), flags, mask);
        }

        if (TRows.Count > 11)
        {
            GemmTile512.Put<TEdge>(l11, c + (11 * ldc), flags, mask);
        }

        if (TRows.Count > 12)
        {
            GemmTile512.Put<TEdge>(l12, c + (12 * ldc), flags, mask);
        }

        if (TRows.Count > 13)
        {
            GemmTile512.Put<TEdge>(l13, c + (13 * ldc), flags, mask);
        }
    }
}
