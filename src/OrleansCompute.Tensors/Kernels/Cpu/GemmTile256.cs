using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Register tiles for 16 registers of 8 floats: up to 6 x 16, which is 12 sums, two vectors of B and one broadcast. See
/// <see cref="GemmTile512"/> for the scheme. Stateless.
/// </summary>
internal static unsafe class GemmTile256
{
    /// <summary>Rows of the highest tile.</summary>
    public const int MaxRows = 6;

    /// <summary>16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TRows>(GemmTileCall* call)
        where TRows : struct, ITileRows
    {
        float* a = call->A, b = call->B;
        nint aStep = call->AStep, bStep = call->BStep, ldc = call->CStride;
        var c = call->C;
        byte* ahead = call->Ahead;
        nint aheadStep = call->AheadStep;
        Prefetch(c, ldc, TRows.Count);
        var start = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias);
        var startRight = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias + 8);
        Vector256<float> l0 = start, r0 = startRight;
        Vector256<float> l1 = start, r1 = startRight;
        Vector256<float> l2 = start, r2 = startRight;
        Vector256<float> l3 = start, r3 = startRight;
        Vector256<float> l4 = start, r4 = startRight;
        Vector256<float> l5 = start, r5 = startRight;
        for (var k = call->Depth; k > 0; k--)
        {
            var left = Vector256.Load(b);
            var right = Vector256.Load(b + 8);
            var v = Vector256.Create(a[0]);
            l0 = Vector256.FusedMultiplyAdd(v, left, l0);
            r0 = Vector256.FusedMultiplyAdd(v, right, r0);
            if (TRows.Count > 1)
            {
                v = Vector256.Create(a[1]);
                l1 = Vector256.FusedMultiplyAdd(v, left, l1);
                r1 = Vector256.FusedMultiplyAdd(v, right, r1);
            }

            if (TRows.Count > 2)
            {
                v = Vector256.Create(a[2]);
                l2 = Vector256.FusedMultiplyAdd(v, left, l2);
                r2 = Vector256.FusedMultiplyAdd(v, right, r2);
            }

            if (TRows.Count > 3)
            {
                v = Vector256.Create(a[3]);
                l3 = Vector256.FusedMultiplyAdd(v, left, l3);
                r3 = Vector256.FusedMultiplyAdd(v, right, r3);
            }

            if (TRows.Count > 4)
            {
                v = Vector256.Create(a[4]);
                l4 = Vector256.FusedMultiplyAdd(v, left, l4);
                r4 = Vector256.FusedMultiplyAdd(v, right, r4);
            }

            if (TRows.Count > 5)
            {
                v = Vector256.Create(a[5]);
                l5 = Vector256.FusedMultiplyAdd(v, left, l5);
                r5 = Vector256.FusedMultiplyAdd(v, right, r5);
            }

            Sse.Prefetch1(ahead);
            ahead += aheadStep;
            a += aStep;
            b += bStep;
        }

        var flags = call->Flags;
        Put(l0, r0, c, flags);

        if (TRows.Count > 1)
        {
            Put(l1, r1, c + ldc, flags);
        }

        if (TRows.Count > 2)
        {
            Put(l2, r2, c + (2 * ldc), flags);
        }

        if (TRows.Count > 3)
        {
            Put(l3, r3, c + (3 * ldc), flags);
        }

        if (TRows.Count > 4)
        {
            Put(l4, r4, c + (4 * ldc), flags);
        }

        if (TRows.Count > 5)
        {
            Put(l5, r5, c + (5 * ldc), flags);
        }
    }

    /// <summary>8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TRows>(GemmTileCall* call)
        where TRows : struct, ITileRows
    {
        float* a = call->A, b = call->B;
        nint aStep = call->AStep, bStep = call->BStep, ldc = call->CStride;
        var c = call->C;
        byte* ahead = call->Ahead;
        nint aheadStep = call->AheadStep;
        Prefetch(c, ldc, TRows.Count);
        var start = call->Bias == null ? Vector256<float>.Zero : Vector256.Load(call->Bias);
        Vector256<float> l0 = start;
        Vector256<float> l1 = start;
        Vector256<float> l2 = start;
        Vector256<float> l3 = start;
        Vector256<float> l4 = start;
        Vector256<float> l5 = start;
        for (var k = call->Depth; k > 0; k--)
        {
            var left = Vector256.Load(b);
            l0 = Vector256.FusedMultiplyAdd(Vector256.Create(a[0]), left, l0);
            l1 = TRows.Count > 1 ? Vector256.FusedMultiplyAdd(Vector256.Create(a[1]), left, l1) : l1;
            l2 = TRows.Count > 2 ? Vector256.FusedMultiplyAdd(Vector256.Create(a[2]), left, l2) : l2;
            l3 = TRows.Count > 3 ? Vector256.FusedMultiplyAdd(Vector256.Create(a[3]), left, l3) : l3;
            l4 = TRows.Count > 4 ? Vector256.FusedMultiplyAdd(Vector256.Create(a[4]), left, l4) : l4;
            l5 = TRows.Count > 5 ? Vector256.FusedMultiplyAdd(Vector256.Create(a[5]), left, l5) : l5;
            Sse.Prefetch1(ahead);
            ahead += aheadStep;
            a += aStep;
            b += bStep;
        }

        var flags = call->Flags;
        Put(l0, c, flags);

        if (TRows.Count > 1)
        {
            Put(l1, c + ldc, flags);
        }

        if (TRows.Count > 2)
        {
            Put(l2, c + (2 * ldc), flags);
        }

        if (TRows.Count > 3)
        {
            Put(l3, c + (3 * ldc), flags);
        }

        if (TRows.Count > 4)
        {
            Put(l4, c + (4 * ldc), flags);
        }

        if (TRows.Count > 5)
        {
            Put(l5, c + (5 * ldc), flags);
        }
    }

    /// <summary>Stores two vectors of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector256<float> left, Vector256<float> right, float* c, GemmTileFlags flags)
    {
        Put(left, c, flags);
        Put(right, c + 8, flags);
    }

    /// <summary>Stores a vector of sums, added to what is there or with negative ones as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector256<float> sums, float* c, GemmTileFlags flags)
    {
        if ((flags & GemmTileFlags.Accumulate) != 0)
        {
            sums += Vector256.Load(c);
        }

        if ((flags & GemmTileFlags.Relu) != 0)
        {
            sums = Vector256.Max(sums, Vector256<float>.Zero);
        }

        sums.Store(c);
    }

    /// <summary>The tile of C is read and written after hundreds of steps: time enough to fetch it from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* c, nint stride, int rows)
    {
        for (var r = 0; r < rows; r++, c += stride)
        {
            Sse.Prefetch0(c);
        }
    }
}
