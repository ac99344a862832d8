namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Block sizes of a product. A panel of B (DepthBlock x 32 floats, 32 KB) stays in the first-level cache (48 KB) while tiles of A pass;
/// a block of A (12 tiles, 172 KB) stays in the second (1 MB) while all panels pass. Immutable.
/// </summary>
internal readonly struct GemmBlocking
{
    private const int MaxDepthBlock = 320;
    private const int MaxColumnBlock = 2048;
    private const int MaxRowBlock = 2016;

    public GemmBlocking(GemmTiles tiles, int rows, int columns, int depth)
    {
        (DepthBlocks, DepthBlock) = Even(depth, MaxDepthBlock, 1);
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
