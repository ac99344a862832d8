namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// The innermost loops of convolutions: a register tile of sums. Two tile forms exist, because a tile as wide as two vectors
/// would waste half its work on the 16 channels of a first convolution. Stateless and thread-safe.
/// </summary>
internal abstract unsafe class MicroKernel
{
    /// <summary>Rows of the wide tile.</summary>
    public abstract int WideRows { get; }

    /// <summary>Columns of the wide tile.</summary>
    public abstract int WideColumns { get; }

    /// <summary>Rows of the narrow tile.</summary>
    public abstract int NarrowRows { get; }

    /// <summary>Columns of the narrow tile.</summary>
    public abstract int NarrowColumns { get; }

    /// <summary>Largest number of rows or of repeated table entries that a tile reads.</summary>
    public int MaxRows => Math.Max(WideRows, NarrowRows);

    /// <summary>Floats that the larger of the two tiles holds.</summary>
    public int MaxTile => Math.Max(WideRows * WideColumns, NarrowRows * NarrowColumns);

    /// <summary>The micro-kernels for a SIMD level.</summary>
    public static MicroKernel For(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => new Vector512MicroKernel(),
        SimdLevel.Vector256 => new Vector256MicroKernel(),
        _ => new ScalarMicroKernel(),
    };

    /// <summary>Writes the sums of a wide tile, row after row, to <paramref name="tile"/>.</summary>
    public abstract void Wide(in TileSource source, float* tile);

    /// <summary>Writes the sums of a narrow tile, row after row, to <paramref name="tile"/>.</summary>
    public abstract void Narrow(in TileSource source, float* tile);
}
