namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>The definition of the matrix product, summed in double precision.</summary>
internal sealed class ReferenceGemm : IGemmKernel
{
    public void Multiply(
        GemmShape shape, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool relu = false)
    {
        shape.Validate(a.Length, b.Length, bias.Length, c.Length);
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var column = 0; column < shape.Columns; column++)
            {
                double sum = bias.IsEmpty ? 0 : bias[column];
                for (var k = 0; k < shape.Depth; k++)
                {
                    var left = a[shape.TransposeA ? (k * shape.Rows) + row : (row * shape.Depth) + k];
                    var right = b[shape.TransposeB ? (column * shape.Depth) + k : (k * shape.Columns) + column];
                    sum += (double)left * right;
                }

                c[(row * shape.Columns) + column] = relu ? MathF.Max((float)sum, 0f) : (float)sum;
            }
        }
    }
}
