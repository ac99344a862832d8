namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>The tiles of <see cref="GemmTile256"/> and <see cref="GemmRowTile256"/> by their number of rows. Stateless and thread-safe.</summary>
internal sealed unsafe class GemmTiles256 : GemmTiles
{
    private static readonly delegate*<GemmTileCall*, void>[] WideTiles =
    [
        &GemmTile256.Wide<TileRows1>,
        &GemmTile256.Wide<TileRows2>,
        &GemmTile256.Wide<TileRows3>,
        &GemmTile256.Wide<TileRows4>,
        &GemmTile256.Wide<TileRows5>,
        &GemmTile256.Wide<TileRows6>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] NarrowTiles =
    [
        &GemmTile256.Narrow<TileRows1>,
        &GemmTile256.Narrow<TileRows2>,
        &GemmTile256.Narrow<TileRows3>,
        &GemmTile256.Narrow<TileRows4>,
        &GemmTile256.Narrow<TileRows5>,
        &GemmTile256.Narrow<TileRows6>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] WideRowTiles =
    [
        &GemmRowTile256.Wide<TileRows1>,
        &GemmRowTile256.Wide<TileRows2>,
        &GemmRowTile256.Wide<TileRows3>,
        &GemmRowTile256.Wide<TileRows4>,
        &GemmRowTile256.Wide<TileRows5>,
        &GemmRowTile256.Wide<TileRows6>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] NarrowRowTiles =
    [
        &GemmRowTile256.Narrow<TileRows1>,
        &GemmRowTile256.Narrow<TileRows2>,
        &GemmRowTile256.Narrow<TileRows3>,
        &GemmRowTile256.Narrow<TileRows4>,
        &GemmRowTile256.Narrow<TileRows5>,
        &GemmRowTile256.Narrow<TileRows6>,
    ];

    public override int MaxRows => 6;

    public override int VectorColumns => 8;

    public override int MaxDepth => 384;

    public override int TilesPerUnit => 12;

    public override bool HasBrokenEdges => false;

    public override delegate*<GemmTileCall*, void> Tile(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain) =>
        (rowsInPlace ? wide ? WideRowTiles : NarrowRowTiles : wide ? WideTiles : NarrowTiles)[rows - 1];
}
