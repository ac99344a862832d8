using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Micro-kernels for 32 registers of 16 floats: 14 x 32 (28 accumulators, two column vectors, one broadcast) and, for at most 16
/// columns, 28 x 16. Both keep the two multiply-add units busy: an FMA takes 4 cycles, so 8 accumulators are the least.
/// Stateless and thread-safe.
/// </summary>
internal sealed unsafe class Vector512MicroKernel : MicroKernel
{
    public override int WideRows => 14;

    public override int WideColumns => 32;

    public override int NarrowRows => 28;

    public override int NarrowColumns => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Wide(in TileSource source, float* tile)
    {
        var b = source.B;
        var rows = source.RowOffsets;
        var runs = source.RunOffsets;
        var step = source.Step;
        Vector512<float> c0L = Vector512<float>.Zero, c0R = Vector512<float>.Zero;
        Vector512<float> c1L = Vector512<float>.Zero, c1R = Vector512<float>.Zero;
        Vector512<float> c2L = Vector512<float>.Zero, c2R = Vector512<float>.Zero;
        Vector512<float> c3L = Vector512<float>.Zero, c3R = Vector512<float>.Zero;
        Vector512<float> c4L = Vector512<float>.Zero, c4R = Vector512<float>.Zero;
        Vector512<float> c5L = Vector512<float>.Zero, c5R = Vector512<float>.Zero;
        Vector512<float> c6L = Vector512<float>.Zero, c6R = Vector512<float>.Zero;
        Vector512<float> c7L = Vector512<float>.Zero, c7R = Vector512<float>.Zero;
        Vector512<float> c8L = Vector512<float>.Zero, c8R = Vector512<float>.Zero;
        Vector512<float> c9L = Vector512<float>.Zero, c9R = Vector512<float>.Zero;
        Vector512<float> c10L = Vector512<float>.Zero, c10R = Vector512<float>.Zero;
        Vector512<float> c11L = Vector512<float>.Zero, c11R = Vector512<float>.Zero;
        Vector512<float> c12L = Vector512<float>.Zero, c12R = Vector512<float>.Zero;
        Vector512<float> c13L = Vector512<float>.Zero, c13R = Vector512<float>.Zero;
        for (var run = source.RunCount; run > 0; run--)
        {
            var a = source.A + *runs++;
            for (var i = source.RunLength; i > 0; i--)
            {
                var left = Vector512.Load(b);
                var right = Vector512.Load(b + 16);
                Vector512<float> v;
                v = Vector512.Create(a[rows[0]]);
                c0L = Vector512.FusedMultiplyAdd(v, left, c0L);
                c0R = Vector512.FusedMultiplyAdd(v, right, c0R);
                v = Vector512.Create(a[rows[1]]);
                c1L = Vector512.FusedMultiplyAdd(v, left, c1L);
                c1R = Vector512.FusedMultiplyAdd(v, right, c1R);
                v = Vector512.Create(a[rows[2]]);
                c2L = Vector512.FusedMultiplyAdd(v, left, c2L);
                c2R = Vector512.FusedMultiplyAdd(v, right, c2R);
                v = Vector512.Create(a[rows[3]]);
                c3L = Vector512.FusedMultiplyAdd(v, left, c3L);
                c3R = Vector512.FusedMultiplyAdd(v, right, c3R);
                v = Vector512.Create(a[rows[4]]);
                c4L = Vector512.FusedMultiplyAdd(v, left, c4L);
                c4R = Vector512.FusedMultiplyAdd(v, right, c4R);
                v = Vector512.Create(a[rows[5]]);
                c5L = Vector512.FusedMultiplyAdd(v, left, c5L);
                c5R = Vector512.FusedMultiplyAdd(v, right, c5R);
                v = Vector512.Create(a[rows[6]]);
                c6L = Vector512.FusedMultiplyAdd(v, left, c6L);
                c6R = Vector512.FusedMultiplyAdd(v, right, c6R);
                v = Vector512.Create(a[rows[7]]);
                c7L = Vector512.FusedMultiplyAdd(v, left, c7L);
                c7R = Vector512.FusedMultiplyAdd(v, right, c7R);
                v = Vector512.Create(a[rows[8]]);
                c8L = Vector512.FusedMultiplyAdd(v, left, c8L);
                c8R = Vector512.FusedMultiplyAdd(v, right, c8R);
                v = Vector512.Create(a[rows[9]]);
                c9L = Vector512.FusedMultiplyAdd(v, left, c9L);
                c9R = Vector512.FusedMultiplyAdd(v, right, c9R);
                v = Vector512.Create(a[rows[10]]);
                c10L = Vector512.FusedMultiplyAdd(v, left, c10L);
                c10R = Vector512.FusedMultiplyAdd(v, right, c10R);
                v = Vector512.Create(a[rows[11]]);
                c11L = Vector512.FusedMultiplyAdd(v, left, c11L);
                c11R = Vector512.FusedMultiplyAdd(v, right, c11R);
                v = Vector512.Create(a[rows[12]]);
                c12L = Vector512.FusedMultiplyAdd(v, left, c12L);
                c12R = Vector512.FusedMultiplyAdd(v, right, c12R);
                v = Vector512.Create(a[rows[13]]);
                c13L = Vector512.FusedMultiplyAdd(v, left, c13L);
                c13R = Vector512.FusedMultiplyAdd(v, right, c13R);
                a += step;
                b += 32;
            }
        }

        c0L.Store(tile + 0);
        c0R.Store(tile + 16);
        c1L.Store(tile + 32);
        c1R.Store(tile + 48);
        c2L.Store(tile + 64);
        c2R.Store(tile + 80);
        c3L.Store(tile + 96);
        c3R.Store(tile + 112);
        c4L.Store(tile + 128);
        c4R.Store(tile + 144);
        c5L.Store(tile + 160);
        c5R.Store(tile + 176);
        c6L.Store(tile + 192);
        c6R.Store(tile + 208);
        c7L.Store(tile + 224);
        c7R.Store(tile + 240);
        c8L.Store(tile + 256);
        c8R.Store(tile + 272);
        c9L.Store(tile + 288);
        c9R.Store(tile + 304);
        c10L.Store(tile + 320);
        c10R.Store(tile + 336);
        c11L.Store(tile + 352);
        c11R.Store(tile + 368);
        c12L.Store(tile + 384);
        c12R.Store(tile + 400);
        c13L.Store(tile + 416);
        c13R.Store(tile + 432);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Narrow(in TileSource source, float* tile)
    {
        var b = source.B;
        var rows = source.RowOffsets;
        var runs = source.RunOffsets;
        var step = source.Step;
        var c0 = Vector512<float>.Zero;
        var c1 = Vector512<float>.Zero;
        var c2 = Vector512<float>.Zero;
        var c3 = Vector512<float>.Zero;
        var c4 = Vector512<float>.Zero;
        var c5 = Vector512<float>.Zero;
        var c6 = Vector512<float>.Zero;
        var c7 = Vector512<float>.Zero;
        var c8 = Vector512<float>.Zero;
        var c9 = Vector512<float>.Zero;
        var c10 = Vector512<float>.Zero;
        var c11 = Vector512<float>.Zero;
        var c12 = Vector512<float>.Zero;
        var c13 = Vector512<float>.Zero;
        var c14 = Vector512<float>.Zero;
        var c15 = Vector512<float>.Zero;
        var c16 = Vector512<float>.Zero;
        var c17 = Vector512<float>.Zero;
        var c18 = Vector512<float>.Zero;
        var c19 = Vector512<float>.Zero;
        var c20 = Vector512<float>.Zero;
        var c21 = Vector512<float>.Zero;
        var c22 = Vector512<float>.Zero;
        var c23 = Vector512<float>.Zero;
        var c24 = Vector512<float>.Zero;
        var c25 = Vector512<float>.Zero;
        var c26 = Vector512<float>.Zero;
        var c27 = Vector512<float>.Zero;
        for (var run = source.RunCount; run > 0; run--)
        {
            var a = source.A + *runs++;
            var i = source.RunLength;
            for (; i >= 2; i -= 2)
            {
                // Two steps share the load of a row's offset: with one column vector the load ports are the limit.
                var next = a + step;
                var first = Vector512.Load(b);
                var second = Vector512.Load(b + 16);
                nint row;
                row = rows[0];
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c0);
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c0);
                row = rows[1];
                c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c1);
                c1 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c1);
                row = rows[2];
                c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c2);
                c2 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c2);
                row = rows[3];
                c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c3);
                c3 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c3);
                row = rows[4];
                c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c4);
                c4 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c4);
                row = rows[5];
                c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c5);
                c5 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c5);
                row = rows[6];
                c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c6);
                c6 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c6);
                row = rows[7];
                c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c7);
                c7 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c7);
                row = rows[8];
                c8 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c8);
                c8 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c8);
                row = rows[9];
                c9 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c9);
                c9 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c9);
                row = rows[10];
                c10 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c10);
                c10 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c10);
                row = rows[11];
                c11 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c11);
                c11 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c11);
                row = rows[12];
                c12 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c12);
                c12 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c12);
                row = rows[13];
                c13 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c13);
                c13 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c13);
                row = rows[14];
                c14 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c14);
                c14 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c14);
                row = rows[15];
                c15 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c15);
                c15 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c15);
                row = rows[16];
                c16 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c16);
                c16 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c16);
                row = rows[17];
                c17 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c17);
                c17 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c17);
                row = rows[18];
                c18 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c18);
                c18 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c18);
                row = rows[19];
                c19 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c19);
                c19 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c19);
                row = rows[20];
                c20 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c20);
                c20 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c20);
                row = rows[21];
                c21 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c21);
                c21 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c21);
                row = rows[22];
                c22 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c22);
                c22 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c22);
                row = rows[23];
                c23 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c23);
                c23 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c23);
                row = rows[24];
                c24 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c24);
                c24 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c24);
                row = rows[25];
                c25 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c25);
                c25 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c25);
                row = rows[26];
                c26 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c26);
                c26 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c26);
                row = rows[27];
                c27 = Vector512.FusedMultiplyAdd(Vector512.Create(a[row]), first, c27);
                c27 = Vector512.FusedMultiplyAdd(Vector512.Create(next[row]), second, c27);
                a = next + step;
                b += 32;
            }

            if (i > 0)
            {
                var last = Vector512.Load(b);
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[0]]), last, c0);
                c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[1]]), last, c1);
                c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[2]]), last, c2);
                c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[3]]), last, c3);
                c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[4]]), last, c4);
                c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[5]]), last, c5);
                c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[6]]), last, c6);
                c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[7]]), last, c7);
                c8 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[8]]), last, c8);
                c9 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[9]]), last, c9);
                c10 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[10]]), last, c10);
                c11 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[11]]), last, c11);
                c12 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[12]]), last, c12);
                c13 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[13]]), last, c13);
                c14 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[14]]), last, c14);
                c15 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[15]]), last, c15);
                c16 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[16]]), last, c16);
                c17 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[17]]), last, c17);
                c18 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[18]]), last, c18);
                c19 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[19]]), last, c19);
                c20 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[20]]), last, c20);
                c21 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[21]]), last, c21);
                c22 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[22]]), last, c22);
                c23 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[23]]), last, c23);
                c24 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[24]]), last, c24);
                c25 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[25]]), last, c25);
                c26 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[26]]), last, c26);
                c27 = Vector512.FusedMultiplyAdd(Vector512.Create(a[rows[27]]), last, c27);
                b += 16;
            }
        }

        c0.Store(tile + 0);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
        c4.Store(tile + 64);
        c5.Store(tile + 80);
        c6.Store(tile + 96);
        c7.Store(tile + 112);
        c8.Store(tile + 128);
        c9.Store(tile + 144);
        c10.Store(tile + 160);
        c11.Store(tile + 176);
        c12.Store(tile + 192);
        c13.Store(tile + 208);
        c14.Store(tile + 224);
        c15.Store(tile + 240);
        c16.Store(tile + 256);
        c17.Store(tile + 272);
        c18.Store(tile + 288);
        c19.Store(tile + 304);
        c20.Store(tile + 320);
        c21.Store(tile + 336);
        c22.Store(tile + 352);
        c23.Store(tile + 368);
        c24.Store(tile + 384);
        c25.Store(tile + 400);
        c26.Store(tile + 416);
        c27.Store(tile + 432);
    }
}
