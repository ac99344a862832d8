namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>The tiles of <see cref="GemmTile512"/> and <see cref="GemmRowTile512"/> by their number of rows. Stateless and thread-safe.</summary>
internal sealed unsafe class GemmTiles512 : GemmTiles
{
    /// <summary>By kind: 1 for a left operand of rows in place, 2 for wide tiles, 4 for a broken edge, 8 for sums stored as they are.</summary>
    private static readonly delegate*<GemmTileCall*, void>[][] Kinds =
    [
        Narrow<WholeEdge>(), NarrowRows<WholeEdge>(), Wide<WholeEdge>(), WideRows<WholeEdge>(),
        Narrow<BrokenEdge>(), NarrowRows<BrokenEdge>(), Wide<BrokenEdge>(), WideRows<BrokenEdge>(),
        Narrow<PlainWholeEdge>(), NarrowRows<PlainWholeEdge>(), Wide<PlainWholeEdge>(), WideRows<PlainWholeEdge>(),
        Narrow<PlainBrokenEdge>(), NarrowRows<PlainBrokenEdge>(), Wide<PlainBrokenEdge>(), WideRows<PlainBrokenEdge>(),
    ];

    public override int MaxRows => 14;

    public override int VectorColumns => 16;

    public override int MaxDepth => 1088;

    public override int TilesPerUnit => 6;

    public override bool HasBrokenEdges => true;

    public override delegate*<GemmTileCall*, void> Tile(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain) =>
        Kinds[(rowsInPlace ? 1 : 0) + (wide ? 2 : 0) + (isBroken ? 4 : 0) + (isPlain ? 8 : 0)][rows - 1];

    private static delegate*<GemmTileCall*, void>[] Narrow<TEdge>()
        where TEdge : struct, ITileEdge =>
    [
        &GemmTile512.Narrow<TileRows1, TEdge>,
        &GemmTile512.Narrow<TileRows2, TEdge>,
        &GemmTile512.Narrow<TileRows3, TEdge>,
        &GemmTile512.Narrow<TileRows4, TEdge>,
        &GemmTile512.Narrow<TileRows5, TEdge>,
        &GemmTile512.Narrow<TileRows6, TEdge>,
        &GemmTile512.Narrow<TileRows7, TEdge>,
        &GemmTile512.Narrow<TileRows8, TEdge>,
        &GemmTile512.Narrow<TileRows9, TEdge>,
        &GemmTile512.Narrow<TileRows10, TEdge>,
        &GemmTile512.Narrow<TileRows11, TEdge>,
        &GemmTile512.Narrow<TileRows12, TEdge>,
        &GemmTile512.Narrow<TileRows13, TEdge>,
        &GemmTile512.Narrow<TileRows14, TEdge>,
    ];

    private static delegate*<GemmTileCall*, void>[] NarrowRows<TEdge>()
        where TEdge : struct, ITileEdge =>
    [
        &GemmRowTile512.Narrow<TileRows1, TEdge>,
        &GemmRowTile512.Narrow<TileRows2, TEdge>,
        &GemmRowTile512.Narrow<TileRows3, TEdge>,
        &GemmRowTile512.Narrow<TileRows4, TEdge>,
        &GemmRowTile512.Narrow<TileRows5, TEdge>,
        &GemmRowTile512.Narrow<TileRows6, TEdge>,
        &GemmRowTile512.Narrow<TileRows7, TEdge>,
        &GemmRowTile512.Narrow<TileRows8, TEdge>,
        &GemmRowTile512.Narrow<TileRows9, TEdge>,
        &GemmRowTile512.Narrow<TileRows10, TEdge>,
        &GemmRowTile512.Narrow<TileRows11, TEdge>,
        &GemmRowTile512.Narrow<TileRows12, TEdge>,
        &GemmRowTile512.Narrow<TileRows13, TEdge>,
        &GemmRowTile512.Narrow<TileRows14, TEdge>,
    ];

    private static delegate*<GemmTileCall*, void>[] Wide<TEdge>()
        where TEdge : struct, ITileEdge =>
    [
        &GemmTile512.Wide<TileRows1, TEdge>,
        &GemmTile512.Wide<TileRows2, TEdge>,
        &GemmTile512.Wide<TileRows3, TEdge>,
        &GemmTile512.Wide<TileRows4, TEdge>,
        &GemmTile512.Wide<TileRows5, TEdge>,
        &GemmTile512.Wide<TileRows6, TEdge>,
        &GemmTile512.Wide<TileRows7, TEdge>,
        &GemmTile512.Wide<TileRows8, TEdge>,
        &GemmTile512.Wide<TileRows9, TEdge>,
        &GemmTile512.Wide<TileRows10, TEdge>,
        &GemmTile512.Wide<TileRows11, TEdge>,
        &GemmTile512.Wide<TileRows12, TEdge>,
        &GemmTile512.Wide<TileRows13, TEdge>,
        &GemmTile512.Wide<TileRows14, TEdge>,
    ];

    private static delegate*<GemmTileCall*, void>[] WideRows<TEdge>()
        where TEdge : struct, ITileEdge =>
    [
        &GemmRowTile512.Wide<TileRows1, TEdge>,
        &GemmRowTile512.Wide<TileRows2, TEdge>,
        &GemmRowTile512.Wide<TileRows3, TEdge>,
        &GemmRowTile512.Wide<TileRows4, TEdge>,
        &GemmRowTile512.Wide<TileRows5, TEdge>,
        &GemmRowTile512.Wide<TileRows6, TEdge>,
        &GemmRowTile512.Wide<TileRows7, TEdge>,
        &GemmRowTile512.Wide<TileRows8, TEdge>,
        &GemmRowTile512.Wide<TileRows9, TEdge>,
        &GemmRowTile512.Wide<TileRows10, TEdge>,
        &GemmRowTile512.Wide<TileRows11, TEdge>,
        &GemmRowTile512.Wide<TileRows12, TEdge>,
        &GemmRowTile512.Wide<TileRows13, TEdge>,
        &GemmRowTile512.Wide<TileRows14, TEdge>,
    ];
}
