using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Register tiles of up to 6 rows and 16 columns of 8-bit products: 12 sums, two vectors of B and one broadcast in 16 registers (AVX-VNNI
/// reaches no more). Stateless.
/// </summary>
internal static unsafe class Int8Tile
{
    /// <summary>Rows of the highest tile.</summary>
    public const int MaxRows = 6;

    /// <summary>Columns of a tile.</summary>
    public const int Columns = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows, TDot>(Int8TileCall* call)
        where TRows : struct, ITileRows
        where TDot : struct, IInt8Dot
    {
        var rows = call->Rows;
        byte* a0 = call->A + rows[0];
        byte* a1 = TRows.Count > 1 ? call->A + rows[1] : a0;
        byte* a2 = TRows.Count > 2 ? call->A + rows[2] : a0;
        byte* a3 = TRows.Count > 3 ? call->A + rows[3] : a0;
        byte* a4 = TRows.Count > 4 ? call->A + rows[4] : a0;
        byte* a5 = TRows.Count > 5 ? call->A + rows[5] : a0;
        var b = call->B;
        Vector256<int> l0 = Vector256.Load(call->Start), r0 = Vector256.Load(call->Start + 8);
        Vector256<int> l1 = l0, r1 = r0;
        Vector256<int> l2 = l0, r2 = r0;
        Vector256<int> l3 = l0, r3 = r0;
        Vector256<int> l4 = l0, r4 = r0;
        Vector256<int> l5 = l0, r5 = r0;
        for (var run = 0; run < call->RunCount; run++)
        {
            var at = call->Runs[run];
            for (var i = call->RunSteps; i > 0; i--)
            {
                var left = Vector256.Load(b);
                var right = Vector256.Load(b + 32);
                b += 64;
                var v = Vector256.Create(*(int*)(a0 + at)).AsByte();
                l0 = TDot.Add(l0, v, left);
                r0 = TDot.Add(r0, v, right);
                if (TRows.Count > 1)
                {
                    v = Vector256.Create(*(int*)(a1 + at)).AsByte();
                    l1 = TDot.Add(l1, v, left);
                    r1 = TDot.Add(r1, v, right);
                }

                if (TRows.Count > 2)
                {
                    v = Vector256.Create(*(int*)(a2 + at)).AsByte();
                    l2 = TDot.Add(l2, v, left);
                    r2 = TDot.Add(r2, v, right);
                }

                if (TRows.Count > 3)
                {
                    v = Vector256.Create(*(int*)(a3 + at)).AsByte();
                    l3 = TDot.Add(l3, v, left);
                    r3 = TDot.Add(r3, v, right);
                }

                if (TRows.Count > 4)
                {
                    v = Vector256.Create(*(int*)(a4 + at)).AsByte();
                    l4 = TDot.Add(l4, v, left);
                    r4 = TDot.Add(r4, v, right);
                }

                if (TRows.Count > 5)
                {
                    v = Vector256.Create(*(int*)(a5 + at)).AsByte();
                    l5 = TDot.Add(l5, v, left);
                    r5 = TDot.Add(r5, v, right);
                }

                at += 4;
            }
        }

        var sums = call->Sums;
        l0.Store(sums);
        r0.Store(sums + 8);
        if (TRows.Count > 1)
        {
            l1.Store(sums + 16);
            r1.Store(sums + 24);
        }

        if (TRows.Count > 2)
        {
            l2.Store(sums + 32);
            r2.Store(sums + 40);
        }

        if (TRows.Count > 3)
        {
            l3.Store(sums + 48);
            r3.Store(sums + 56);
        }

        if (TRows.Count > 4)
        {
            l4.Store(sums + 64);
            r4.Store(sums + 72);
        }

        if (TRows.Count > 5)
        {
            l5.Store(sums + 80);
            r5.Store(sums + 88);
        }
    }

    /// <summary>The same without vector instructions.</summary>
    public static void RunScalar(Int8TileCall* call, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var sum = call->Start[column];
                var b = call->B + (4 * column);
                for (var run = 0; run < call->RunCount; run++)
                {
                    var a = call->A + call->Runs[run] + call->Rows[row];
                    for (var i = 0; i < call->RunSteps; i++, a += 4, b += 4 * Columns)
                    {
                        sum += (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]) + (a[3] * b[3]);
                    }
                }

                call->Sums[(row * Columns) + column] = sum;
            }
        }
    }
}
