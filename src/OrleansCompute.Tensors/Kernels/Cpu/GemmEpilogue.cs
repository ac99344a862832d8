using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Takes a tile of sums to C when a tile cannot store them itself: the last columns, a factor, a bias per row, or an activation other
/// than ReLU. The tile is in the first-level cache and costs 28 vector stores and loads. Stateless.
/// </summary>
internal static unsafe class GemmEpilogue
{
    /// <summary>Writes a tile.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="g">The product.</param>
    /// <param name="tile">Sums without factor and bias, row after row; changed.</param>
    /// <param name="width">Floats of a tile row.</param>
    /// <param name="row">First row in C.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="column">First column in C.</param>
    /// <param name="columns">Columns, 1 to <paramref name="width"/>.</param>
    /// <param name="first">Whether these are the first steps of the sums.</param>
    /// <param name="last">Whether these are the last steps of the sums.</param>
    public static void Write(
        SimdLevel level, in GemmArguments g, float* tile, int width, int row, int rows, int column, int columns, bool first, bool last)
    {
        var columnBias = first && g.ColumnBias != null ? g.ColumnBias + column : null;
        for (var r = 0; r < rows; r++, tile += width)
        {
            var to = g.C + ((row + r) * g.CStride) + column;
            var rowBias = first && g.RowBias != null ? g.RowBias[row + r] : 0f;
            var old = !first || g.Accumulate ? to : null;
            Combine(level, tile, columns, g.Alpha, rowBias, columnBias, old);
            var results = new Span<float>(tile, columns);
            if (last)
            {
                // Whole vectors, if the tile has them: what lies past the columns is not stored.
                GemmActivations.Apply(level, g.Activation, new Span<float>(tile, Math.Min(width, (columns + 7) & ~7)));
            }

            results.CopyTo(new Span<float>(to, columns));
        }
    }

    /// <summary>C of a product whose sums have no steps.</summary>
    public static void WriteEmpty(SimdLevel level, in GemmArguments g)
    {
        var zeros = stackalloc float[32];
        for (var row = 0; row < g.Rows; row++)
        {
            for (var column = 0; column < g.Columns; column += 32)
            {
                new Span<float>(zeros, 32).Clear();
                Write(level, g, zeros, 32, row, 1, column, Math.Min(32, g.Columns - column), true, true);
            }
        }
    }

    private static void Combine(SimdLevel level, float* sums, int count, float alpha, float rowBias, float* columnBias, float* old)
    {
        var j = 0;
        for (; level != SimdLevel.Scalar && j <= count - 8; j += 8)
        {
            var value = (Vector256.Load(sums + j) * alpha) + Vector256.Create(rowBias);
            value = columnBias == null ? value : value + Vector256.Load(columnBias + j);
            value = old == null ? value : value + Vector256.Load(old + j);
            value.Store(sums + j);
        }

        for (; j < count; j++)
        {
            sums[j] = (sums[j] * alpha) + rowBias + (columnBias == null ? 0f : columnBias[j]) + (old == null ? 0f : old[j]);
        }
    }
}
