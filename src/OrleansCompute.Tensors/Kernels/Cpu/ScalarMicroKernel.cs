namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Micro-kernel without SIMD for processors that have none: 4 x 2, whose eight sums fit the 16 scalar registers together with the
/// operands. Stateless and thread-safe.
/// </summary>
internal sealed unsafe class ScalarMicroKernel : MicroKernel
{
    public override int WideRows => 4;

    public override int WideColumns => 2;

    public override int NarrowRows => 4;

    public override int NarrowColumns => 2;

    public override void Narrow(in TileSource source, float* tile) => Wide(source, tile);

    public override void Wide(in TileSource source, float* tile)
    {
        var b = source.B;
        var runs = source.RunOffsets;
        nint row0 = source.RowOffsets[0], row1 = source.RowOffsets[1], row2 = source.RowOffsets[2], row3 = source.RowOffsets[3];
        float c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0;
        for (var run = source.RunCount; run > 0; run--)
        {
            var a = source.A + *runs++;
            for (var i = source.RunLength; i > 0; i--)
            {
                float left = b[0], right = b[1];
                var v = a[row0];
                c00 += v * left;
                c01 += v * right;
                v = a[row1];
                c10 += v * left;
                c11 += v * right;
                v = a[row2];
                c20 += v * left;
                c21 += v * right;
                v = a[row3];
                c30 += v * left;
                c31 += v * right;
                a += source.Step;
                b += 2;
            }
        }

        tile[0] = c00;
        tile[1] = c01;
        tile[2] = c10;
        tile[3] = c11;
        tile[4] = c20;
        tile[5] = c21;
        tile[6] = c30;
        tile[7] = c31;
    }
}
