using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Transposition of matrices of 4-byte elements, in tiles of 8 x 8 through registers. Stateless, allocation-free.</summary>
internal static unsafe class Transpose
{
    // Tiles are visited in blocks of this many rows and columns: 16 KB read and 16 KB written stay in the first cache level.
    private const int Block = 64;

    /// <summary>y[b, c, r] = x[b, r, c].</summary>
    public static void Batches(SimdLevel level, int batches, int rows, int columns, ReadOnlySpan<float> x, Span<float> y)
    {
        Lengths.Exactly((long)batches * rows * columns, x.Length, nameof(x));
        Lengths.Equal(x.Length, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                var at = (long)batch * rows * columns;
                Matrix(level != SimdLevel.Scalar, rows, columns, from + at, columns, to + at, rows);
            }
        }
    }

    /// <summary>to[c * toRow + r] = from[r * fromRow + c].</summary>
    public static void Matrix(bool vectors, int rows, int columns, float* from, nint fromRow, float* to, nint toRow)
    {
        for (var r = 0; r < rows; r += Block)
        {
            for (var c = 0; c < columns; c += Block)
            {
                BlockOf(vectors, Math.Min(Block, rows - r), Math.Min(Block, columns - c),
                    from + (r * fromRow) + c, fromRow, to + (c * toRow) + r, toRow);
            }
        }
    }

    private static void BlockOf(bool vectors, int rows, int columns, float* from, nint fromRow, float* to, nint toRow)
    {
        var r = 0;
        for (; vectors && Avx.IsSupported && r <= rows - 8; r += 8)
        {
            var c = 0;
            for (; c <= columns - 8; c += 8)
            {
                Tile(from + (r * fromRow) + c, fromRow, to + (c * toRow) + r, toRow);
            }

            Plain(8, columns - c, from + (r * fromRow) + c, fromRow, to + (c * toRow) + r, toRow);
        }

        Plain(rows - r, columns, from + (r * fromRow), fromRow, to + r, toRow);
    }

    private static void Plain(int rows, int columns, float* from, nint fromRow, float* to, nint toRow)
    {
        for (var c = 0; c < columns; c++)
        {
            for (var r = 0; r < rows; r++)
            {
                to[(c * toRow) + r] = from[(r * fromRow) + c];
            }
        }
    }

    private static void Tile(float* from, nint fromRow, float* to, nint toRow)
    {
        // Rows i and i + 4 share a register, so that the last step is a shuffle within lanes.
        var a = Load(from, fromRow, 0);
        var b = Load(from, fromRow, 1);
        var c = Load(from, fromRow, 2);
        var d = Load(from, fromRow, 3);
        var e = Load(from + 4, fromRow, 0);
        var f = Load(from + 4, fromRow, 1);
        var g = Load(from + 4, fromRow, 2);
        var h = Load(from + 4, fromRow, 3);
        Four(a, b, c, d, to, toRow);
        Four(e, f, g, h, to + (4 * toRow), toRow);
    }

    private static Vector256<float> Load(float* from, nint row, int i) =>
        Vector256.Create(Vector128.Load(from + (i * row)), Vector128.Load(from + ((i + 4) * row)));

    private static void Four(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* to, nint toRow)
    {
        var lowAb = Avx.UnpackLow(a, b);
        var highAb = Avx.UnpackHigh(a, b);
        var lowCd = Avx.UnpackLow(c, d);
        var highCd = Avx.UnpackHigh(c, d);
        Avx.Shuffle(lowAb, lowCd, 0x44).Store(to);
        Avx.Shuffle(lowAb, lowCd, 0xEE).Store(to + toRow);
        Avx.Shuffle(highAb, highCd, 0x44).Store(to + (2 * toRow));
        Avx.Shuffle(highAb, highCd, 0xEE).Store(to + (3 * toRow));
    }
}
