using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Transpositions of blocks in registers, for packing. Stateless.</summary>
internal static unsafe class GemmTranspose
{
    /// <summary>Stores 16 vectors of 16 as columns: float j of row i goes to <c>to[j * step + i]</c>. Later columns may overlap earlier ones' ends.</summary>
    /// <param name="rows">Addresses of the 16 rows.</param>
    /// <param name="offset">Bytes to add to each.</param>
    /// <param name="to">Where the first column goes.</param>
    /// <param name="step">Floats between two columns.</param>
    /// <param name="columns">Columns to store, 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block16<TLoader>(byte** rows, nint offset, float* to, nint step, int columns)
        where TLoader : struct, IGemmLoader
    {
        var r0 = TLoader.Sixteen(rows[0] + offset);
        var r1 = TLoader.Sixteen(rows[1] + offset);
        var r2 = TLoader.Sixteen(rows[2] + offset);
        var r3 = TLoader.Sixteen(rows[3] + offset);
        var r4 = TLoader.Sixteen(rows[4] + offset);
        var r5 = TLoader.Sixteen(rows[5] + offset);
        var r6 = TLoader.Sixteen(rows[6] + offset);
        var r7 = TLoader.Sixteen(rows[7] + offset);
        var r8 = TLoader.Sixteen(rows[8] + offset);
        var r9 = TLoader.Sixteen(rows[9] + offset);
        var r10 = TLoader.Sixteen(rows[10] + offset);
        var r11 = TLoader.Sixteen(rows[11] + offset);
        var r12 = TLoader.Sixteen(rows[12] + offset);
        var r13 = TLoader.Sixteen(rows[13] + offset);
        var r14 = TLoader.Sixteen(rows[14] + offset);
        var r15 = TLoader.Sixteen(rows[15] + offset);
        var t0 = Avx512F.UnpackLow(r0, r1);
        var t1 = Avx512F.UnpackHigh(r0, r1);
        var t2 = Avx512F.UnpackLow(r2, r3);
        var t3 = Avx512F.UnpackHigh(r2, r3);
        var t4 = Avx512F.UnpackLow(r4, r5);
        var t5 = Avx512F.UnpackHigh(r4, r5);
        var t6 = Avx512F.UnpackLow(r6, r7);
        var t7 = Avx512F.UnpackHigh(r6, r7);
        var t8 = Avx512F.UnpackLow(r8, r9);
        var t9 = Avx512F.UnpackHigh(r8, r9);
        var t10 = Avx512F.UnpackLow(r10, r11);
        var t11 = Avx512F.UnpackHigh(r10, r11);
        var t12 = Avx512F.UnpackLow(r12, r13);
        var t13 = Avx512F.UnpackHigh(r12, r13);
        var t14 = Avx512F.UnpackLow(r14, r15);
        var t15 = Avx512F.UnpackHigh(r14, r15);
        var u0 = Avx512F.UnpackLow(t0.AsDouble(), t2.AsDouble()).AsSingle();
        var u1 = Avx512F.UnpackHigh(t0.AsDouble(), t2.AsDouble()).AsSingle();
        var u2 = Avx512F.UnpackLow(t1.AsDouble(), t3.AsDouble()).AsSingle();
        var u3 = Avx512F.UnpackHigh(t1.AsDouble(), t3.AsDouble()).AsSingle();
        var u4 = Avx512F.UnpackLow(t4.AsDouble(), t6.AsDouble()).AsSingle();
        var u5 = Avx512F.UnpackHigh(t4.AsDouble(), t6.AsDouble()).AsSingle();
        var u6 = Avx512F.UnpackLow(t5.AsDouble(), t7.AsDouble()).AsSingle();
        var u7 = Avx512F.UnpackHigh(t5.AsDouble(), t7.AsDouble()).AsSingle();
        var u8 = Avx512F.UnpackLow(t8.AsDouble(), t10.AsDouble()).AsSingle();
        var u9 = Avx512F.UnpackHigh(t8.AsDouble(), t10.AsDouble()).AsSingle();
        var u10 = Avx512F.UnpackLow(t9.AsDouble(), t11.AsDouble()).AsSingle();
        var u11 = Avx512F.UnpackHigh(t9.AsDouble(), t11.AsDouble()).AsSingle();
        var u12 = Avx512F.UnpackLow(t12.AsDouble(), t14.AsDouble()).AsSingle();
        var u13 = Avx512F.UnpackHigh(t12.AsDouble(), t14.AsDouble()).AsSingle();
        var u14 = Avx512F.UnpackLow(t13.AsDouble(), t15.AsDouble()).AsSingle();
        var u15 = Avx512F.UnpackHigh(t13.AsDouble(), t15.AsDouble()).AsSingle();
        r0 = Avx512F.Shuffle4x128(u0, u4, 0x88);
        r4 = Avx512F.Shuffle4x128(u8, u12, 0x88);
        r8 = Avx512F.Shuffle4x128(u0, u4, 0xdd);
        r12 = Avx512F.Shuffle4x128(u8, u12, 0xdd);
        r1 = Avx512F.Shuffle4x128(u1, u5, 0x88);
        r5 = Avx512F.Shuffle4x128(u9, u13, 0x88);
        r9 = Avx512F.Shuffle4x128(u1, u5, 0xdd);
        r13 = Avx512F.Shuffle4x128(u9, u13, 0xdd);
        r2 = Avx512F.Shuffle4x128(u2, u6, 0x88);
        r6 = Avx512F.Shuffle4x128(u10, u14, 0x88);
        r10 = Avx512F.Shuffle4x128(u2, u6, 0xdd);
        r14 = Avx512F.Shuffle4x128(u10, u14, 0xdd);
        r3 = Avx512F.Shuffle4x128(u3, u7, 0x88);
        r7 = Avx512F.Shuffle4x128(u11, u15, 0x88);
        r11 = Avx512F.Shuffle4x128(u3, u7, 0xdd);
        r15 = Avx512F.Shuffle4x128(u11, u15, 0xdd);
        if (columns == 16)
        {
            Avx512F.Shuffle4x128(r0, r4, 0x88).Store(to);
            Avx512F.Shuffle4x128(r1, r5, 0x88).Store(to + step);
            Avx512F.Shuffle4x128(r2, r6, 0x88).Store(to + (2 * step));
            Avx512F.Shuffle4x128(r3, r7, 0x88).Store(to + (3 * step));
            Avx512F.Shuffle4x128(r8, r12, 0x88).Store(to + (4 * step));
            Avx512F.Shuffle4x128(r9, r13, 0x88).Store(to + (5 * step));
            Avx512F.Shuffle4x128(r10, r14, 0x88).Store(to + (6 * step));
            Avx512F.Shuffle4x128(r11, r15, 0x88).Store(to + (7 * step));
            Avx512F.Shuffle4x128(r0, r4, 0xdd).Store(to + (8 * step));
            Avx512F.Shuffle4x128(r1, r5, 0xdd).Store(to + (9 * step));
            Avx512F.Shuffle4x128(r2, r6, 0xdd).Store(to + (10 * step));
            Avx512F.Shuffle4x128(r3, r7, 0xdd).Store(to + (11 * step));
            Avx512F.Shuffle4x128(r8, r12, 0xdd).Store(to + (12 * step));
            Avx512F.Shuffle4x128(r9, r13, 0xdd).Store(to + (13 * step));
            Avx512F.Shuffle4x128(r10, r14, 0xdd).Store(to + (14 * step));
            Avx512F.Shuffle4x128(r11, r15, 0xdd).Store(to + (15 * step));
            return;
        }

        // Of a few columns: a branch each, always the same ones, costs less than all of them by way of the stack.
        Avx512F.Shuffle4x128(r0, r4, 0x88).Store(to);
        if (columns <= 1)
        {
            return;
        }

        Avx512F.Shuffle4x128(r1, r5, 0x88).Store(to + step);
        if (columns <= 2)
        {
            return;
        }

        Avx512F.Shuffle4x128(r2, r6, 0x88).Store(to + (2 * step));
        if (columns <= 3)
        {
            return;
        }

        Avx512F.Shuffle4x128(r3, r7, 0x88).Store(to + (3 * step));
        if (columns <= 4)
        {
            return;
        }

        Avx512F.Shuffle4x128(r8, r12, 0x88).Store(to + (4 * step));
        if (columns <= 5)
        {
            return;
        }

        Avx512F.Shuffle4x128(r9, r13, 0x88).Store(to + (5 * step));
        if (columns <= 6)
        {
            return;
        }

        Avx512F.Shuffle4x128(r10, r14, 0x88).Store(to + (6 * step));
        if (columns <= 7)
        {
            return;
        }

        Avx512F.Shuffle4x128(r11, r15, 0x88).Store(to + (7 * step));
        if (columns <= 8)
        {
            return;
        }

        Avx512F.Shuffle4x128(r0, r4, 0xdd).Store(to + (8 * step));
        if (columns <= 9)
        {
            return;
        }

        Avx512F.Shuffle4x128(r1, r5, 0xdd).Store(to + (9 * step));
        if (columns <= 10)
        {
            return;
        }

        Avx512F.Shuffle4x128(r2, r6, 0xdd).Store(to + (10 * step));
        if (columns <= 11)
        {
            return;
        }

        Avx512F.Shuffle4x128(r3, r7, 0xdd).Store(to + (11 * step));
        if (columns <= 12)
        {
            return;
        }

        Avx512F.Shuffle4x128(r8, r12, 0xdd).Store(to + (12 * step));
        if (columns <= 13)
        {
            return;
        }

        Avx512F.Shuffle4x128(r9, r13, 0xdd).Store(to + (13 * step));
        if (columns <= 14)
        {
            return;
        }

        Avx512F.Shuffle4x128(r10, r14, 0xdd).Store(to + (14 * step));
    }

    /// <summary>The same for 8 vectors of 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block8<TLoader>(byte** rows, nint offset, float* to, nint step, int columns)
        where TLoader : struct, IGemmLoader
    {
        var r0 = TLoader.Eight(rows[0] + offset);
        var r1 = TLoader.Eight(rows[1] + offset);
        var r2 = TLoader.Eight(rows[2] + offset);
        var r3 = TLoader.Eight(rows[3] + offset);
        var r4 = TLoader.Eight(rows[4] + offset);
        var r5 = TLoader.Eight(rows[5] + offset);
        var r6 = TLoader.Eight(rows[6] + offset);
        var r7 = TLoader.Eight(rows[7] + offset);
        var t0 = Avx.UnpackLow(r0, r1);
        var t1 = Avx.UnpackHigh(r0, r1);
        var t2 = Avx.UnpackLow(r2, r3);
        var t3 = Avx.UnpackHigh(r2, r3);
        var t4 = Avx.UnpackLow(r4, r5);
        var t5 = Avx.UnpackHigh(r4, r5);
        var t6 = Avx.UnpackLow(r6, r7);
        var t7 = Avx.UnpackHigh(r6, r7);
        r0 = Avx.UnpackLow(t0.AsDouble(), t2.AsDouble()).AsSingle();
        r1 = Avx.UnpackHigh(t0.AsDouble(), t2.AsDouble()).AsSingle();
        r2 = Avx.UnpackLow(t1.AsDouble(), t3.AsDouble()).AsSingle();
        r3 = Avx.UnpackHigh(t1.AsDouble(), t3.AsDouble()).AsSingle();
        r4 = Avx.UnpackLow(t4.AsDouble(), t6.AsDouble()).AsSingle();
        r5 = Avx.UnpackHigh(t4.AsDouble(), t6.AsDouble()).AsSingle();
        r6 = Avx.UnpackLow(t5.AsDouble(), t7.AsDouble()).AsSingle();
        r7 = Avx.UnpackHigh(t5.AsDouble(), t7.AsDouble()).AsSingle();
        var all = stackalloc float[64];
        var store = columns == 8 ? to : all;
        var distance = columns == 8 ? step : 8;
        Avx.Permute2x128(r0, r4, 0x20).Store(store);
        Avx.Permute2x128(r1, r5, 0x20).Store(store + distance);
        Avx.Permute2x128(r2, r6, 0x20).Store(store + (2 * distance));
        Avx.Permute2x128(r3, r7, 0x20).Store(store + (3 * distance));
        Avx.Permute2x128(r0, r4, 0x31).Store(store + (4 * distance));
        Avx.Permute2x128(r1, r5, 0x31).Store(store + (5 * distance));
        Avx.Permute2x128(r2, r6, 0x31).Store(store + (6 * distance));
        Avx.Permute2x128(r3, r7, 0x31).Store(store + (7 * distance));
        for (var j = 0; columns < 8 && j < columns; j++)
        {
            Vector256.Load(all + (8 * j)).Store(to + (j * step));
        }
    }
}
