using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Products with one row or one column, as single-sample inference has them: bound by reading the matrix once, so it is read in place.
/// Stateless.
/// </summary>
internal static unsafe class GemmVectorProduct
{
    /// <summary>Up to this many rows, products with a transposed B are dot products: packing B would cost more than the product.</summary>
    private const int DotRows = 4;

    /// <summary>Computes the product if it is of this kind and float32.</summary>
    public static bool TryRun(SimdLevel level, in GemmArguments g)
    {
        if (level == SimdLevel.Scalar || g.AStorage != GemmStorage.Float32 || g.BStorage != GemmStorage.Float32 || g.PackedB is not null)
        {
            return false;
        }

        if (g.Rows <= DotRows && g.TransposeB && (!g.TransposeA || (g.Rows == 1 && g.AStride == 1)))
        {
            RowsTimesColumns(level, g);
            return true;
        }

        if (g.Rows == 1 && !g.TransposeB && (!g.TransposeA || g.AStride == 1))
        {
            RowTimesMatrix(level, g);
            return true;
        }

        var contiguous = g.TransposeB || g.BStride == 1;
        if (g.Columns == 1 && g.CStride == 1 && contiguous && g.ColumnBias == null)
        {
            // The transposed product: its single row is B, its matrix A.
            var turned = g;
            (turned.Rows, turned.Columns, turned.CStride) = (1, g.Rows, g.Rows);
            turned.A = g.B;
            (turned.AStride, turned.TransposeA) = (g.Depth, false);
            turned.B = g.A;
            (turned.BStride, turned.TransposeB) = (g.AStride, !g.TransposeA);
            turned.ColumnBias = g.RowBias;
            turned.RowBias = null;
            return TryRun(level, turned);
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowTimesMatrix(SimdLevel level, in GemmArguments g)
    {
        const int Width = 128;
        var sums = stackalloc float[Width];
        var a = (float*)g.A;
        for (var column = 0; column < g.Columns; column += Width)
        {
            var count = Math.Min(Width, g.Columns - column);
            var b = (float*)g.B + column;
            var j = 0;
            for (; level == SimdLevel.Vector512 && j <= count - 128; j += 128)
            {
                RowTimes128(g.Depth, a, b + j, g.BStride, sums + j);
            }

            for (; j <= count - 32; j += 32)
            {
                RowTimes32(g.Depth, a, b + j, g.BStride, sums + j);
            }

            for (; j <= count - 8; j += 8)
            {
                RowTimes8(g.Depth, a, b + j, g.BStride, sums + j);
            }

            for (; j < count; j++)
            {
                var sum = 0f;
                for (var k = 0; k < g.Depth; k++)
                {
                    sum += a[k] * b[(k * g.BStride) + j];
                }

                sums[j] = sum;
            }

            GemmEpilogue.Write(level, g, sums, Width, 0, 1, column, count, true, true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowTimes128(int depth, float* a, float* b, nint stride, float* sums)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var k = 0; k < depth; k++, b += stride)
        {
            var v = Vector512.Create(a[k]);
            s0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b), s0);
            s1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 16), s1);
            s2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 32), s2);
            s3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 48), s3);
            s4 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 64), s4);
            s5 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 80), s5);
            s6 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 96), s6);
            s7 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + 112), s7);
        }

        s0.Store(sums);
        s1.Store(sums + 16);
        s2.Store(sums + 32);
        s3.Store(sums + 48);
        s4.Store(sums + 64);
        s5.Store(sums + 80);
        s6.Store(sums + 96);
        s7.Store(sums + 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowTimes32(int depth, float* a, float* b, nint stride, float* sums)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (var k = 0; k < depth; k++, b += stride)
        {
            var v = Vector256.Create(a[k]);
            s0 = Vector256.FusedMultiplyAdd(v, Vector256.Load(b), s0);
            s1 = Vector256.FusedMultiplyAdd(v, Vector256.Load(b + 8), s1);
            s2 = Vector256.FusedMultiplyAdd(v, Vector256.Load(b + 16), s2);
            s3 = Vector256.FusedMultiplyAdd(v, Vector256.Load(b + 24), s3);
        }

        s0.Store(sums);
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowTimes8(int depth, float* a, float* b, nint stride, float* sums)
    {
        Vector256<float> even = default, odd = default;
        var k = 0;
        for (; k < depth - 1; k += 2, b += 2 * stride)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Create(a[k]), Vector256.Load(b), even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Create(a[k + 1]), Vector256.Load(b + stride), odd);
        }

        if (k < depth)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Create(a[k]), Vector256.Load(b), even);
        }

        (even + odd).Store(sums);
    }

    /// <summary>Four columns of B at a time stay in the first-level cache for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowsTimesColumns(SimdLevel level, in GemmArguments g)
    {
        const int Width = 64;
        var sums = stackalloc float[DotRows * Width];
        for (var first = 0; first < g.Columns; first += Width)
        {
            var count = Math.Min(Width, g.Columns - first);
            for (var j = 0; j < count; j += 4)
            {
                var columns = Math.Min(4, count - j);
                var b = (float*)g.B + ((first + j) * g.BStride);
                for (var row = 0; row < g.Rows; row++)
                {
                    var a = (float*)g.A + (row * g.AStride);
                    if (columns == 4)
                    {
                        Dot4(level, g.Depth, a, b, g.BStride, sums + (row * Width) + j);
                    }
                    else
                    {
                        for (var i = 0; i < columns; i++)
                        {
                            sums[(row * Width) + j + i] = Dot(g.Depth, a, b + (i * g.BStride));
                        }
                    }
                }
            }

            GemmEpilogue.Write(level, g, sums, Width, 0, g.Rows, first, count, true, true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4(SimdLevel level, int depth, float* a, float* b, nint stride, float* sums)
    {
        float* b1 = b + stride, b2 = b1 + stride, b3 = b2 + stride;
        var k = 0;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        if (level == SimdLevel.Vector512)
        {
            Vector512<float> v0 = default, v1 = default, v2 = default, v3 = default, w0 = default, w1 = default, w2 = default, w3 = default;
            for (; k <= depth - 32; k += 32)
            {
                Vector512<float> x = Vector512.Load(a + k), y = Vector512.Load(a + k + 16);
                v0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + k), v0);
                v1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + k), v1);
                v2 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b2 + k), v2);
                v3 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b3 + k), v3);
                w0 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b + k + 16), w0);
                w1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b1 + k + 16), w1);
                w2 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b2 + k + 16), w2);
                w3 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b3 + k + 16), w3);
            }

            (s0, s1, s2, s3) = (Vector512.Sum(v0 + w0), Vector512.Sum(v1 + w1), Vector512.Sum(v2 + w2), Vector512.Sum(v3 + w3));
        }

        Vector256<float> t0 = default, t1 = default, t2 = default, t3 = default;
        for (; k <= depth - 8; k += 8)
        {
            var x = Vector256.Load(a + k);
            t0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b + k), t0);
            t1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b1 + k), t1);
            t2 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b2 + k), t2);
            t3 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b3 + k), t3);
        }

        (s0, s1, s2, s3) = (s0 + Vector256.Sum(t0), s1 + Vector256.Sum(t1), s2 + Vector256.Sum(t2), s3 + Vector256.Sum(t3));
        for (; k < depth; k++)
        {
            s0 += a[k] * b[k];
            s1 += a[k] * b1[k];
            s2 += a[k] * b2[k];
            s3 += a[k] * b3[k];
        }

        (sums[0], sums[1], sums[2], sums[3]) = (s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(int depth, float* a, float* b)
    {
        Vector256<float> even = default, odd = default;
        var k = 0;
        for (; k <= depth - 16; k += 16)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Load(a + k), Vector256.Load(b + k), even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Load(a + k + 8), Vector256.Load(b + k + 8), odd);
        }

        var sum = Vector256.Sum(even + odd);
        for (; k < depth; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }
}
