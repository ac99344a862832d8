namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>The register tiles of one SIMD level: two vectors wide, or one for the last columns. Stateless and thread-safe.</summary>
internal abstract unsafe class GemmTiles
{
    /// <summary>Rows of the highest tile.</summary>
    public abstract int MaxRows { get; }

    /// <summary>Columns of a narrow tile.</summary>
    public abstract int VectorColumns { get; }

    /// <summary>Steps of a block: see <see cref="GemmBlocking"/>.</summary>
    public abstract int MaxDepth { get; }

    /// <summary>Tiles that pass a panel of the right operand one after another.</summary>
    public abstract int TilesPerUnit { get; }

    /// <summary>Columns of a wide tile, and of a panel of the packed right operand.</summary>
    public int PanelColumns => 2 * VectorColumns;

    /// <summary>The tiles for a SIMD level.</summary>
    public static GemmTiles For(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => new GemmTiles512(),
        SimdLevel.Vector256 => new GemmTiles256(),
        _ => new GemmTilesScalar(),
    };

    /// <summary>Whether there are tiles for rows that end within a vector.</summary>
    public abstract bool HasBrokenEdges { get; }

    /// <summary>The code of a tile.</summary>
    /// <param name="rows">Rows, 1 to <see cref="MaxRows"/>.</param>
    /// <param name="rowsInPlace">Whether the left operand's steps lie side by side, or its rows.</param>
    /// <param name="wide">Whether <see cref="PanelColumns"/> columns are computed, or <see cref="VectorColumns"/>.</param>
    /// <param name="isBroken">Whether the last vector of columns is cut off at <see cref="GemmTileCall.Columns"/>.</param>
    /// <param name="isPlain">Whether there are no flags: the sums are stored as they are.</param>
    public abstract delegate*<GemmTileCall*, void> Tile(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain);
}
