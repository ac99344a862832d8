namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Tiles of up to 4 x 4 without vector instructions. Stateless and thread-safe.</summary>
internal sealed unsafe class GemmTilesScalar : GemmTiles
{
    public override int MaxRows => 4;

    public override int VectorColumns => 2;

    public override int MaxDepth => 320;

    public override int TilesPerUnit => 12;

    public override bool HasBrokenEdges => false;

    public override delegate*<GemmTileCall*, void> Tile(int rows, bool rowsInPlace, bool wide, bool isBroken, bool isPlain) => rows switch
    {
        1 => wide ? &Run<TileRows1, TileRows4> : &Run<TileRows1, TileRows2>,
        2 => wide ? &Run<TileRows2, TileRows4> : &Run<TileRows2, TileRows2>,
        3 => wide ? &Run<TileRows3, TileRows4> : &Run<TileRows3, TileRows2>,
        _ => wide ? &Run<TileRows4, TileRows4> : &Run<TileRows4, TileRows2>,
    };

    private static void Run<TRows, TColumns>(GemmTileCall* call)
        where TRows : struct, ITileRows
        where TColumns : struct, ITileRows
    {
        for (var column = 0; column < TColumns.Count; column += 2)
        {
            for (var row = 0; row < TRows.Count; row++)
            {
                Pair(call, row, column);
            }
        }
    }

    private static void Pair(GemmTileCall* call, int row, int column)
    {
        float left = call->Bias == null ? 0f : call->Bias[column], right = call->Bias == null ? 0f : call->Bias[column + 1];
        float* a = call->A + (row * call->ARowStride), b = call->B + column;
        for (var k = call->Depth; k > 0; k--, a += call->AStep, b += call->BStep)
        {
            left += *a * b[0];
            right += *a * b[1];
        }

        var c = call->C + (row * call->CStride) + column;
        if ((call->Flags & GemmTileFlags.Accumulate) != 0)
        {
            left += c[0];
            right += c[1];
        }

        var relu = (call->Flags & GemmTileFlags.Relu) != 0;
        c[0] = relu ? MathF.Max(left, 0f) : left;
        c[1] = relu ? MathF.Max(right, 0f) : right;
    }
}
