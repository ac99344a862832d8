using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Products of blocks for both passes of attention, leaving out what causality hides. Stateless.</summary>
internal static unsafe class AttentionBlocks<T>
    where T : unmanaged, ILanes<T>
{
    private const int Block = AttentionScratch.Block;
    private const int Tile = AttentionWindow.Tile;

    /// <summary>Copies rows to contiguous memory, scaled, with zeros behind them.</summary>
    public static void Pack(int rows, int size, int padded, float* from, nint fromRow, float* to, float scale)
    {
        var wideScale = T.Create(scale);
        for (var row = 0; row < rows; row++, from += fromRow, to += padded)
        {
            for (var j = 0; j < padded; j += T.Count)
            {
                var value = j < size ? LoadUpTo<T>(from + j, size - j) * wideScale : T.Create(0f);
                T.Store(value, to + j);
            }
        }
    }

    /// <summary>
    /// products = A B for A of rows x depth and B of depth x 64 (keys or values, transposed); hidden tiles are left as they are.
    /// </summary>
    public static void Products(in AttentionWindow window, int depth, float* a, int aRow, float* b, float* products)
    {
        var columns = AttentionScratch.RoundUp(window.Columns, AttentionScratch.Group);
        for (var j = 0; j < columns;)
        {
            // Two vectors at a time, unless the diagonal or the end leaves one.
            var width = Math.Min(columns - j, Math.Max(2 * T.Count, AttentionScratch.Group));
            var first = window.FirstRow(j) / Tile * Tile;
            SmallGemm<T>.Multiply(window.Rows - first, width, depth,
                a + (first * aRow), aRow, 1, b + j, Block, products + (first * Block) + j, Block, accumulate: false);
            j += width;
        }
    }

    /// <summary>C[rows, head] += products B for B of 64 x head (values, or keys).</summary>
    public static void TimesKeys(in AttentionWindow window, int head, float* products, float* b, float* c)
    {
        for (var row = 0; row < window.Rows; row += Tile)
        {
            SmallGemm<T>.Multiply(Math.Min(Tile, window.Rows - row), head, window.VisibleOfTile(row),
                products + (row * Block), Block, 1, b, head, c + (row * head), head, accumulate: true);
        }
    }

    /// <summary>C[64, head] += products^T B for B of rows x head (queries, or gradients of outputs).</summary>
    public static void TransposedTimesQueries(in AttentionWindow window, int head, float* products, float* b, float* c)
    {
        for (var key = 0; key < window.Columns; key += Tile)
        {
            var first = window.FirstRow(key);
            SmallGemm<T>.Multiply(Math.Min(Tile, window.Columns - key), head, window.Rows - first,
                products + (first * Block) + key, 1, Block, b + (first * head), head, c + (key * head), head, accumulate: true);
        }
    }
}
