using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Micro-kernels for 16 registers of 8 floats: 6 x 16 (12 accumulators, two column vectors, one broadcast) and, for at most
/// 8 columns, 12 x 8. Stateless and thread-safe.
/// </summary>
internal sealed unsafe class Vector256MicroKernel : MicroKernel
{
    public override int WideRows => 6;

    public override int WideColumns => 16;

    public override int NarrowRows => 12;

    public override int NarrowColumns => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Wide(in TileSource source, float* tile)
    {
        var b = source.B;
        var rows = source.RowOffsets;
        var runs = source.RunOffsets;
        var step = source.Step;
        Vector256<float> c0L = Vector256<float>.Zero, c0R = Vector256<float>.Zero;
        Vector256<float> c1L = Vector256<float>.Zero, c1R = Vector256<float>.Zero;
        Vector256<float> c2L = Vector256<float>.Zero, c2R = Vector256<float>.Zero;
        Vector256<float> c3L = Vector256<float>.Zero, c3R = Vector256<float>.Zero;
        Vector256<float> c4L = Vector256<float>.Zero, c4R = Vector256<float>.Zero;
        Vector256<float> c5L = Vector256<float>.Zero, c5R = Vector256<float>.Zero;
        for (var run = source.RunCount; run > 0; run--)
        {
            var a = source.A + *runs++;
            for (var i = source.RunLength; i > 0; i--)
            {
                var left = Vector256.Load(b);
                var right = Vector256.Load(b + 8);
                Vector256<float> v;
                v = Vector256.Create(a[rows[0]]);
                c0L = Vector256.FusedMultiplyAdd(v, left, c0L);
                c0R = Vector256.FusedMultiplyAdd(v, right, c0R);
                v = Vector256.Create(a[rows[1]]);
                c1L = Vector256.FusedMultiplyAdd(v, left, c1L);
                c1R = Vector256.FusedMultiplyAdd(v, right, c1R);
                v = Vector256.Create(a[rows[2]]);
                c2L = Vector256.FusedMultiplyAdd(v, left, c2L);
                c2R = Vector256.FusedMultiplyAdd(v, right, c2R);
                v = Vector256.Create(a[rows[3]]);
                c3L = Vector256.FusedMultiplyAdd(v, left, c3L);
                c3R = Vector256.FusedMultiplyAdd(v, right, c3R);
                v = Vector256.Create(a[rows[4]]);
                c4L = Vector256.FusedMultiplyAdd(v, left, c4L);
                c4R = Vector256.FusedMultiplyAdd(v, right, c4R);
                v = Vector256.Create(a[rows[5]]);
                c5L = Vector256.FusedMultiplyAdd(v, left, c5L);
                c5R = Vector256.FusedMultiplyAdd(v, right, c5R);
                a += step;
                b += 16;
            }
        }

        c0L.Store(tile + 0);
        c0R.Store(tile + 8);
        c1L.Store(tile + 16);
        c1R.Store(tile + 24);
        c2L.Store(tile + 32);
        c2R.Store(tile + 40);
        c3L.Store(tile + 48);
        c3R.Store(tile + 56);
        c4L.Store(tile + 64);
        c4R.Store(tile + 72);
        c5L.Store(tile + 80);
        c5R.Store(tile + 88);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Narrow(in TileSource source, float* tile)
    {
        var b = source.B;
        var rows = source.RowOffsets;
        var runs = source.RunOffsets;
        var step = source.Step;
        var c0 = Vector256<float>.Zero;
        var c1 = Vector256<float>.Zero;
        var c2 = Vector256<float>.Zero;
        var c3 = Vector256<float>.Zero;
        var c4 = Vector256<float>.Zero;
        var c5 = Vector256<float>.Zero;
        var c6 = Vector256<float>.Zero;
        var c7 = Vector256<float>.Zero;
        var c8 = Vector256<float>.Zero;
        var c9 = Vector256<float>.Zero;
        var c10 = Vector256<float>.Zero;
        var c11 = Vector256<float>.Zero;
        for (var run = source.RunCount; run > 0; run--)
        {
            var a = source.A + *runs++;
            var i = source.RunLength;
            for (; i >= 2; i -= 2)
            {
                // Two steps share the load of a row's offset: with one column vector the load ports are the limit.
                var next = a + step;
                var first = Vector256.Load(b);
                var second = Vector256.Load(b + 8);
                nint row;
                row = rows[0];
                c0 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c0);
                c0 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c0);
                row = rows[1];
                c1 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c1);
                c1 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c1);
                row = rows[2];
                c2 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c2);
                c2 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c2);
                row = rows[3];
                c3 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c3);
                c3 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c3);
                row = rows[4];
                c4 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c4);
                c4 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c4);
                row = rows[5];
                c5 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c5);
                c5 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c5);
                row = rows[6];
                c6 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c6);
                c6 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c6);
                row = rows[7];
                c7 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c7);
                c7 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c7);
                row = rows[8];
                c8 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c8);
                c8 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c8);
                row = rows[9];
                c9 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c9);
                c9 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c9);
                row = rows[10];
                c10 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c10);
                c10 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c10);
                row = rows[11];
                c11 = Vector256.FusedMultiplyAdd(Vector256.Create(a[row]), first, c11);
                c11 = Vector256.FusedMultiplyAdd(Vector256.Create(next[row]), second, c11);
                a = next + step;
                b += 16;
            }

            if (i > 0)
            {
                var last = Vector256.Load(b);
                c0 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[0]]), last, c0);
                c1 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[1]]), last, c1);
                c2 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[2]]), last, c2);
                c3 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[3]]), last, c3);
                c4 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[4]]), last, c4);
                c5 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[5]]), last, c5);
                c6 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[6]]), last, c6);
                c7 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[7]]), last, c7);
                c8 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[8]]), last, c8);
                c9 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[9]]), last, c9);
                c10 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[10]]), last, c10);
                c11 = Vector256.FusedMultiplyAdd(Vector256.Create(a[rows[11]]), last, c11);
                b += 8;
            }
        }

        c0.Store(tile + 0);
        c1.Store(tile + 8);
        c2.Store(tile + 16);
        c3.Store(tile + 24);
        c4.Store(tile + 32);
        c5.Store(tile + 40);
        c6.Store(tile + 48);
        c7.Store(tile + 56);
        c8.Store(tile + 64);
        c9.Store(tile + 72);
        c10.Store(tile + 80);
        c11.Store(tile + 88);
    }
}
