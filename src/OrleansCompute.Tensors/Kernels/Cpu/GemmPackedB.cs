namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A right operand packed once and used by many products, as the weights of inference are. Immutable between calls of
/// <see cref="Pack"/>; then any number of threads may read it.
/// </summary>
internal sealed unsafe class GemmPackedB(SimdLevel level)
{
    private readonly GemmTiles _tiles = GemmTiles.For(level);
    private readonly AlignedBuffer _memory = new();
    private GemmBlocking _blocks;

    /// <summary>Length of the sums.</summary>
    public int Depth { get; private set; }

    /// <summary>Columns.</summary>
    public int Columns { get; private set; }

    /// <summary>Vector instructions for which it is packed.</summary>
    public SimdLevel Level => level;

    /// <summary>Takes a matrix; the memory may be given up afterwards.</summary>
    /// <param name="depth">Length of the sums, 1 or more.</param>
    /// <param name="columns">Columns, 1 or more.</param>
    /// <param name="source">[depth, columns], or [columns, depth] when transposed.</param>
    /// <param name="stride">Elements between two stored rows.</param>
    /// <param name="transposed">Whether it is stored as [columns, depth].</param>
    /// <param name="storage">Element type.</param>
    public void Pack(int depth, int columns, void* source, nint stride, bool transposed, GemmStorage storage = GemmStorage.Float32)
    {
        (Depth, Columns) = (depth, columns);
        _blocks = new GemmBlocking(_tiles, 1, columns, depth);
        var width = _tiles.PanelColumns;
        _memory.Ensure(checked(((columns + width - 1) / width * width * depth) + GemmPacker.Slack));
        for (var column = 0; column < columns; column += width)
        {
            for (var block = 0; block < _blocks.DepthBlocks; block++)
            {
                var step = block * _blocks.DepthBlock;
                var count = Math.Min(width, columns - column);
                var from = transposed ? (column * stride) + step : (step * stride) + column;
                GemmPacker.Pack(
                    level,
                    storage,
                    !transposed,
                    GemmPacker.At(source, storage, from),
                    stride,
                    Math.Min(_blocks.DepthBlock, depth - step),
                    count,
                    count <= _tiles.VectorColumns ? _tiles.VectorColumns : width,
                    Panel(column, step));
            }
        }
    }

    /// <summary>The panel that begins at a column and step, both multiples of a panel's and block's size.</summary>
    public float* Panel(int column, int step) =>
        Pointers.Of(_memory) + ((nint)column * Depth) + ((nint)step * _tiles.PanelColumns);
}
