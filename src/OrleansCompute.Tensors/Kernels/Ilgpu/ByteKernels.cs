using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Device code of products of 8-bit integers with sums in int32, of convolutions as such products, and of what makes bytes of sums again. Zero
/// points are taken off when bytes are fetched, once for 4 tile multiplications.
/// </summary>
internal static class ByteKernels
{
    public static void Multiply(
        ArrayView<byte> left,
        ArrayView<byte> right,
        ArrayView<byte> leftZero,
        ArrayView<byte> rightZero,
        ArrayView<int> result,
        ProductShape s,
        ColumnsShape columns,
        ByteShape bytes)
    {
        var leftBlock = SharedMemory.Allocate<int>(MatrixKernels.Depth * MatrixKernels.MaxEdge);
        var rightBlock = SharedMemory.Allocate<int>(MatrixKernels.Depth * MatrixKernels.MaxEdge);
        int tile = s.Tile, edge = 4 * tile, x = Group.IdxX, y = Group.IdxY, thread = (y * tile) + x, threads = tile * tile;
        int firstRow = s.FirstRow + (Grid.IdxY * edge), firstColumn = s.FirstColumn + (Grid.IdxX * edge), batch = Grid.IdxZ;
        int leftStart = s.LeftBatch.At(batch), rightStart = s.RightBatch.At(batch), rowStart = s.RowBatch.At(batch);
        int c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        int c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (var start = 0; start < s.Inner; start += MatrixKernels.Depth)
        {
            for (var e = thread; e < edge * MatrixKernels.Depth; e += threads)
            {
                int k = start + (e % MatrixKernels.Depth), row = firstRow + (e / MatrixKernels.Depth);
                leftBlock[(e % MatrixKernels.Depth * MatrixKernels.MaxEdge) + (e / MatrixKernels.Depth)] = row < s.Rows && k < s.Inner
                    ? bytes.Left(left[leftStart + (row * s.LeftRow) + (k * s.LeftInner)], leftZero, rowStart + row) : 0;
                int column = firstColumn + (e % edge);
                k = start + (e / edge);
                var at = column < s.Columns && k < s.Inner ? columns.At(k, column, s.RightInner, s.RightColumn) : -1;
                rightBlock[(e / edge * MatrixKernels.MaxEdge) + (e % edge)] = at >= 0 ? bytes.Right(right[rightStart + at], rightZero, column) : 0;
            }

            Group.Barrier();
            for (var k = 0; k < MatrixKernels.Depth; k++)
            {
                int a = (k * MatrixKernels.MaxEdge) + y, b = (k * MatrixKernels.MaxEdge) + x;
                int a0 = leftBlock[a], a1 = leftBlock[a + tile], a2 = leftBlock[a + (2 * tile)], a3 = leftBlock[a + (3 * tile)];
                int b0 = rightBlock[b], b1 = rightBlock[b + tile], b2 = rightBlock[b + (2 * tile)], b3 = rightBlock[b + (3 * tile)];
                c00 += a0 * b0;
                c01 += a0 * b1;
                c02 += a0 * b2;
                c03 += a0 * b3;
                c10 += a1 * b0;
                c11 += a1 * b1;
                c12 += a1 * b2;
                c13 += a1 * b3;
                c20 += a2 * b0;
                c21 += a2 * b1;
                c22 += a2 * b2;
                c23 += a2 * b3;
                c30 += a3 * b0;
                c31 += a3 * b1;
                c32 += a3 * b2;
                c33 += a3 * b3;
            }

            Group.Barrier();
        }

        var to = batch * s.Rows * s.Columns;
        int r = firstRow + y, c = firstColumn + x;
        Store(result, s, to, r, c, c00, c01, c02, c03);
        Store(result, s, to, r + tile, c, c10, c11, c12, c13);
        Store(result, s, to, r + (2 * tile), c, c20, c21, c22, c23);
        Store(result, s, to, r + (3 * tile), c, c30, c31, c32, c33);
    }

    /// <summary>round((sum + bias) left right / scale) + zero, saturated; ties to even.</summary>
    public static void Quantise(
        Index1D i,
        ArrayView<int> sums,
        ArrayView<int> bias,
        ArrayView<float> left,
        ArrayView<float> right,
        ArrayView<float> scale,
        ArrayView<byte> zero,
        ArrayView<byte> result,
        QuantiseShape s)
    {
        int row = i / s.Columns % s.Rows, column = i % s.Columns, sum = s.HasBias != 0 ? sums[i] + bias[row] : sums[i];
        var real = sum * (left[row * s.LeftStep] * right[column * s.RightStep] / scale[row * s.ScaleStep]);

        // Far outside of all bytes, where an integer still holds it; what is no number becomes the lowest one.
        real = real > 1000 ? 1000 : real > -1000 ? real : -1000;
        var value = (int)DeviceMath.Round(real) + ByteShape.Value(zero[row * s.ZeroStep], s.Flip);
        int low = -s.Flip, high = 255 - s.Flip;
        result[i] = (byte)(value < low ? low : value > high ? high : value);
    }

    private static void Store(ArrayView<int> result, ProductShape s, int to, int row, int column, int v0, int v1, int v2, int v3)
    {
        Store(result, s, to, row, column, v0);
        Store(result, s, to, row, column + s.Tile, v1);
        Store(result, s, to, row, column + (2 * s.Tile), v2);
        Store(result, s, to, row, column + (3 * s.Tile), v3);
    }

    private static void Store(ArrayView<int> result, ProductShape s, int to, int row, int column, int value)
    {
        if (row < s.Rows && column < s.Columns)
        {
            result[to + (row * s.Columns) + column] = value;
        }
    }
}
