using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// The tiles of <see cref="GemmTile256"/> for a left operand that lies in place, row after row: for few columns, where packing it would
/// take as long as the product. Stateless.
/// </summary>
internal static unsafe class GemmRowTile256
{
    /// <summary>16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(GemmTileCall* call)
        where TRows : struct, ITileRows
    {
        float* a0 = call->A, b = call->B;
        nint stride = call->ARowStride, bStep = call->BStep, ldc = call->CStride;
        var a1 = TRows.Count > 1 ? a0 + stride : a0;
        var a2 = TRows.Count > 2 ? a1 + stride : a0;
        var a3 = TRows.Count > 3 ? a2 + stride : a0;
        var a4 = TRows.Count > 4 ? a3 + stride : a0;
        var a5 = TRows.Count > 5 ? a4 + stride : a0;
        var c = call->C;
        var start = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias);
        var startRight = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias + 8);
        Vector256<float> l0 = start, r0 = startRight;
        Vector256<float> l1 = start, r1 = startRight;
        Vector256<float> l2 = start, r2 = startRight;
        Vector256<float> l3 = start, r3 = startRight;
        Vector256<float> l4 = start, r4 = startRight;
        Vector256<float> l5 = start, r5 = startRight;
        var depth = call->Depth;
        for (nint k = 0; k < depth; k++)
        {
            var left = Vector256.Load(b);
            var right = Vector256.Load(b + 8);
            var v = Vector256.Create(a0[k]);
            l0 = Vector256.FusedMultiplyAdd(v, left, l0);
            r0 = Vector256.FusedMultiplyAdd(v, right, r0);
            if (TRows.Count > 1)
            {
                v = Vector256.Create(a1[k]);
                l1 = Vector256.FusedMultiplyAdd(v, left, l1);
                r1 = Vector256.FusedMultiplyAdd(v, right, r1);
            }

            if (TRows.Count > 2)
            {
                v = Vector256.Create(a2[k]);
                l2 = Vector256.FusedMultiplyAdd(v, left, l2);
                r2 = Vector256.FusedMultiplyAdd(v, right, r2);
            }

            if (TRows.Count > 3)
            {
                v = Vector256.Create(a3[k]);
                l3 = Vector256.FusedMultiplyAdd(v, left, l3);
                r3 = Vector256.FusedMultiplyAdd(v, right, r3);
            }

            if (TRows.Count > 4)
            {
                v = Vector256.Create(a4[k]);
                l4 = Vector256.FusedMultiplyAdd(v, left, l4);
                r4 = Vector256.FusedMultiplyAdd(v, right, r4);
            }

            if (TRows.Count > 5)
            {
                v = Vector256.Create(a5[k]);
                l5 = Vector256.FusedMultiplyAdd(v, left, l5);
                r5 = Vector256.FusedMultiplyAdd(v, right, r5);
            }

            b += bStep;
        }

        var flags = call->Flags;
        GemmTile256.Put(l0, r0, c, flags);

        if (TRows.Count > 1)
        {
            GemmTile256.Put(l1, r1, c + ldc, flags);
        }

        if (TRows.Count > 2)
        {
            GemmTile256.Put(l2, r2, c + (2 * ldc), flags);
        }

        if (TRows.Count > 3)
        {
            GemmTile256.Put(l3, r3, c + (3 * ldc), flags);
        }

        if (TRows.Count > 4)
        {
            GemmTile256.Put(l4, r4, c + (4 * ldc), flags);
        }

        if (TRows.Count > 5)
        {
            GemmTile256.Put(l5, r5, c + (5 * ldc), flags);
        }
    }

    /// <summary>8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TRows>(GemmTileCall* call)
        where TRows : struct, ITileRows
    {
        float* a0 = call->A, b = call->B;
        nint stride = call->ARowStride, bStep = call->BStep, ldc = call->CStride;
        var a1 = TRows.Count > 1 ? a0 + stride : a0;
        var a2 = TRows.Count > 2 ? a1 + stride : a0;
        var a3 = TRows.Count > 3 ? a2 + stride : a0;
        var a4 = TRows.Count > 4 ? a3 + stride : a0;
        var a5 = TRows.Count > 5 ? a4 + stride : a0;
        var c = call->C;
        var start = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias);
        Vector256<float> l0 = start;
        Vector256<float> l1 = start;
        Vector256<float> l2 = start;
        Vector256<float> l3 = start;
        Vector256<float> l4 = start;
        Vector256<float> l5 = start;
        var depth = call->Depth;
        for (nint k = 0; k < depth; k++)
        {
            var left = Vector256.Load(b);
            l0 = Vector256.FusedMultiplyAdd(Vector256.Create(a0[k]), left, l0);
            l1 = TRows.Count > 1 ? Vector256.FusedMultiplyAdd(Vector256.Create(a1[k]), left, l1) : l1;
            l2 = TRows.Count > 2 ? Vector256.FusedMultiplyAdd(Vector256.Create(a2[k]), left, l2) : l2;
            l3 = TRows.Count > 3 ? Vector256.FusedMultiplyAdd(Vector256.Create(a3[k]), left, l3) : l3;
            l4 = TRows.Count > 4 ? Vector256.FusedMultiplyAdd(Vector256.Create(a4[k]), left, l4) : l4;
            l5 = TRows.Count > 5 ? Vector256.FusedMultiplyAdd(Vector256.Create(a5[k]), left, l5) : l5;
            b += bStep;
        }

        var flags = call->Flags;
        GemmTile256.Put(l0, c, flags);

        if (TRows.Count > 1)
        {
            GemmTile256.Put(l1, c + ldc, flags);
        }

        if (TRows.Count > 2)
        {
            GemmTile256.Put(l2, c + (2 * ldc), flags);
        }

        if (TRows.Count > 3)
        {
            GemmTile256.Put(l3, c + (3 * ldc), flags);
        }

        if (TRows.Count > 4)
        {
            GemmTile256.Put(l4, c + (4 * ldc), flags);
        }

        if (TRows.Count > 5)
        {
            GemmTile256.Put(l5, c + (5 * ldc), flags);
        }
    }
}
