namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// A block of products: rows from a first query and columns from a first key, with how much of each row is seen. Work is skipped in
/// tiles of <see cref="Tile"/> rows and groups of 16 columns beyond the diagonal.
/// </summary>
internal readonly struct AttentionWindow
{
    /// <summary>Rows that a product's tile has.</summary>
    public const int Tile = 8;

    private readonly int _columns;
    private readonly int _diagonal;

    public AttentionWindow(in AttentionShape shape, int query, int rows, int key)
    {
        Rows = rows;
        _columns = Math.Min(AttentionScratch.Block, shape.KeyLength - key);
        // Row r sees r + 1 + diagonal columns of this block; without causality all, which a large diagonal says as well.
        _diagonal = shape.Causal ? query - key + shape.KeyLength - shape.QueryLength : AttentionScratch.Block;
    }

    /// <summary>Queries in the block.</summary>
    public int Rows { get; }

    /// <summary>Keys that some row of the block sees.</summary>
    public int Columns => Visible(Rows - 1);

    /// <summary>Columns that a row sees, 0 to 64.</summary>
    public int Visible(int row) => Math.Clamp(row + 1 + _diagonal, 0, _columns);

    /// <summary>Columns that the tile of this row sees.</summary>
    public int VisibleOfTile(int row) => Visible(Math.Min(row | (Tile - 1), Rows - 1));

    /// <summary>Where the zeros behind a row's last seen column end.</summary>
    public int FillEnd(int row) => AttentionScratch.RoundUp(VisibleOfTile(row), AttentionScratch.Group);

    /// <summary>The first row that sees a column, or Rows.</summary>
    public int FirstRow(int column) => Math.Clamp(column - _diagonal, 0, Rows);
}
