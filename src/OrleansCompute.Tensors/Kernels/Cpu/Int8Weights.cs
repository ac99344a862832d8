namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A right operand of 8-bit products, packed for the tiles, with what its columns add: the start of the sums, which takes the left
/// operand's zero point and the integer bias into account exactly, and scale and bias of the results. Immutable after it is filled.
/// </summary>
internal sealed unsafe class Int8Weights
{
    private readonly AlignedBuffer _packed = new();
    private readonly AlignedBuffer _columns = new();
    private int _paddedColumns;

    /// <summary>Columns.</summary>
    public int Columns { get; private set; }

    /// <summary>Groups of four steps in a run.</summary>
    public int RunSteps { get; private set; }

    /// <summary>Runs.</summary>
    public int RunCount { get; private set; }

    /// <summary>Start of the sums of a panel of 16 columns.</summary>
    public int* Start(int panel) => (int*)Pointers.Of(_columns) + (panel * Int8Tile.Columns);

    /// <summary>Scales of a panel.</summary>
    public float* Scales(int panel) => Pointers.Of(_columns) + _paddedColumns + (panel * Int8Tile.Columns);

    /// <summary>Biases of a panel.</summary>
    public float* Bias(int panel) => Pointers.Of(_columns) + (2 * _paddedColumns) + (panel * Int8Tile.Columns);

    /// <summary>Packed bytes of a panel.</summary>
    public sbyte* Panel(int panel) => (sbyte*)Pointers.Of(_packed) + ((nint)panel * RunCount * RunSteps * 4 * Int8Tile.Columns);

    /// <summary>Packs weights.</summary>
    /// <param name="columns">Columns.</param>
    /// <param name="runs">Runs of steps that lie together in the left operand.</param>
    /// <param name="runLength">Steps of a run.</param>
    /// <param name="source">The weights.</param>
    /// <param name="columnStride">Bytes between two columns.</param>
    /// <param name="stepOffsets">Per step (run after run) the offset in a column.</param>
    /// <param name="zeroPoint">The left operand's zero, 0 to 255.</param>
    /// <param name="scales">One factor per column, one for all, or empty for 1.</param>
    /// <param name="bias">One float per column, added after the scale, or empty.</param>
    /// <param name="integerBias">One number per column, added to the sums, or empty.</param>
    public void Fill(
        int columns,
        int runs,
        int runLength,
        sbyte* source,
        nint columnStride,
        ReadOnlySpan<nint> stepOffsets,
        int zeroPoint,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<int> integerBias)
    {
        Columns = columns;
        (RunCount, RunSteps) = (runs, (runLength + 3) / 4);
        var panels = (columns + Int8Tile.Columns - 1) / Int8Tile.Columns;
        _paddedColumns = panels * Int8Tile.Columns;
        _columns.Ensure(3 * _paddedColumns);
        _columns.Floats.Clear();
        _packed.Ensure(checked(panels * RunCount * RunSteps * Int8Tile.Columns));
        _packed.Floats.Clear();
        for (var column = 0; column < columns; column++)
        {
            var from = source + (column * columnStride);
            var to = Panel(column / Int8Tile.Columns) + (column % Int8Tile.Columns * 4);
            var sum = 0;
            for (var step = 0; step < stepOffsets.Length; step++)
            {
                var (run, inside) = (step / runLength, step % runLength);
                var value = from[stepOffsets[step]];
                to[(((run * RunSteps) + (inside / 4)) * 4 * Int8Tile.Columns) + (inside % 4)] = value;
                sum += value;
            }

            Start(0)[column] = (integerBias.IsEmpty ? 0 : integerBias[column]) - (zeroPoint * sum);
            Scales(0)[column] = scales.IsEmpty ? 1f : scales[scales.Length == 1 ? 0 : column];
            Bias(0)[column] = bias.IsEmpty ? 0f : bias[column];
        }
    }
}
