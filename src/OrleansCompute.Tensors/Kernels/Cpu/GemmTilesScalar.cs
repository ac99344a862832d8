namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Tiles of up to 4 x 4 without vector instructions. Stateless and thread-safe.</summary>
internal sealed unsafe class GemmTilesScalar : GemmTiles
{
    public override int MaxRows => 4;

    public override int VectorColumns => 2;

    public override int MaxDepth => 320;

    public override int TilesPerUnit => 12;

    public override void Run(GemmTileCall* call, int rows, bool wide)
    {
        for (var column = 0; column < (wide ? 4 : 2); column += 2)
        {
            for (var row = 0; row < rows; row++)
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
