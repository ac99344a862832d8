namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Block sizes of a product. A block of A (6 tiles of 14 x 1088 floats, 366 KB) and two panels of B (1088 x 32 floats, 139 KB each) stay
/// in the second-level cache (1 MB) while all panels pass; the tiles read them in order, which the processor foresees. Shorter blocks
/// that fit the first level read and write C more often and were 4 to 9 % slower for products of 1024 and 2048. The largest blocks are
/// a little above the powers of two: 2,049 are then two blocks of steps and one of columns and not three and two, 2 to 3 % faster. Immutable.
/// </summary>
internal readonly struct GemmBlocking
{
    private const int MaxColumnBlock = 2304;
    private const int MaxRowBlock = 2016;

    public GemmBlocking(GemmTiles tiles, int rows, int columns, int depth)
    {
        (DepthBlocks, DepthBlock) = Even(depth, tiles.MaxDepth, 1);
        (ColumnBlocks, ColumnBlock) = Even(columns, MaxColumnBlock, tiles.PanelColumns);
        (RowBlocks, RowBlock) = Even(rows, MaxRowBlock / tiles.MaxRows * tiles.MaxRows, tiles.MaxRows);
    }

    /// <summary>Blocks of steps.</summary>
    public int DepthBlocks { get; }

    /// <summary>Steps of a block, the last may have fewer.</summary>
    public int DepthBlock { get; }

    /// <summary>Blocks of columns.</summary>
    public int ColumnBlocks { get; }

    /// <summary>Columns of a block, whole panels, the last may have fewer.</summary>
    public int ColumnBlock { get; }

    /// <summary>Blocks of rows that are packed at a time.</summary>
    public int RowBlocks { get; }

    /// <summary>Rows of such a block, the last may have fewer.</summary>
    public int RowBlock { get; }

    private static (int Blocks, int Block) Even(int size, int largest, int unit)
    {
        var blocks = Math.Max(1, (size + largest - 1) / largest);
        var block = (size + blocks - 1) / blocks;
        block = (block + unit - 1) / unit * unit;
        return (Math.Max(1, (size + block - 1) / Math.Max(1, block)), block);
    }
}
