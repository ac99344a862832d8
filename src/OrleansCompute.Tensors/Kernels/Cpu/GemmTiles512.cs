namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>The tiles of <see cref="GemmTile512"/> and <see cref="GemmRowTile512"/> by their number of rows. Stateless and thread-safe.</summary>
internal sealed unsafe class GemmTiles512 : GemmTiles
{
    private static readonly delegate*<GemmTileCall*, void>[] WideTiles =
    [
        &GemmTile512.Wide<TileRows1>,
        &GemmTile512.Wide<TileRows2>,
        &GemmTile512.Wide<TileRows3>,
        &GemmTile512.Wide<TileRows4>,
        &GemmTile512.Wide<TileRows5>,
        &GemmTile512.Wide<TileRows6>,
        &GemmTile512.Wide<TileRows7>,
        &GemmTile512.Wide<TileRows8>,
        &GemmTile512.Wide<TileRows9>,
        &GemmTile512.Wide<TileRows10>,
        &GemmTile512.Wide<TileRows11>,
        &GemmTile512.Wide<TileRows12>,
        &GemmTile512.Wide<TileRows13>,
        &GemmTile512.Wide<TileRows14>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] NarrowTiles =
    [
        &GemmTile512.Narrow<TileRows1>,
        &GemmTile512.Narrow<TileRows2>,
        &GemmTile512.Narrow<TileRows3>,
        &GemmTile512.Narrow<TileRows4>,
        &GemmTile512.Narrow<TileRows5>,
        &GemmTile512.Narrow<TileRows6>,
        &GemmTile512.Narrow<TileRows7>,
        &GemmTile512.Narrow<TileRows8>,
        &GemmTile512.Narrow<TileRows9>,
        &GemmTile512.Narrow<TileRows10>,
        &GemmTile512.Narrow<TileRows11>,
        &GemmTile512.Narrow<TileRows12>,
        &GemmTile512.Narrow<TileRows13>,
        &GemmTile512.Narrow<TileRows14>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] WideRowTiles =
    [
        &GemmRowTile512.Wide<TileRows1>,
        &GemmRowTile512.Wide<TileRows2>,
        &GemmRowTile512.Wide<TileRows3>,
        &GemmRowTile512.Wide<TileRows4>,
        &GemmRowTile512.Wide<TileRows5>,
        &GemmRowTile512.Wide<TileRows6>,
        &GemmRowTile512.Wide<TileRows7>,
        &GemmRowTile512.Wide<TileRows8>,
        &GemmRowTile512.Wide<TileRows9>,
        &GemmRowTile512.Wide<TileRows10>,
        &GemmRowTile512.Wide<TileRows11>,
        &GemmRowTile512.Wide<TileRows12>,
        &GemmRowTile512.Wide<TileRows13>,
        &GemmRowTile512.Wide<TileRows14>,
    ];

    private static readonly delegate*<GemmTileCall*, void>[] NarrowRowTiles =
    [
        &GemmRowTile512.Narrow<TileRows1>,
        &GemmRowTile512.Narrow<TileRows2>,
        &GemmRowTile512.Narrow<TileRows3>,
        &GemmRowTile512.Narrow<TileRows4>,
        &GemmRowTile512.Narrow<TileRows5>,
        &GemmRowTile512.Narrow<TileRows6>,
        &GemmRowTile512.Narrow<TileRows7>,
        &GemmRowTile512.Narrow<TileRows8>,
        &GemmRowTile512.Narrow<TileRows9>,
        &GemmRowTile512.Narrow<TileRows10>,
        &GemmRowTile512.Narrow<TileRows11>,
        &GemmRowTile512.Narrow<TileRows12>,
        &GemmRowTile512.Narrow<TileRows13>,
        &GemmRowTile512.Narrow<TileRows14>,
    ];

    public override int MaxRows => 14;

    public override int VectorColumns => 16;

    public override int MaxDepth => 1024;

    public override int TilesPerUnit => 8;

    public override void Run(GemmTileCall* call, int rows, bool wide) =>
        (call->ARowStride == 1 ? wide ? WideTiles : NarrowTiles : wide ? WideRowTiles : NarrowRowTiles)[rows - 1](call);
}
