using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Device code of products of 16-bit numbers, and of convolutions as products: as <see cref="MatrixKernels"/>, numbers become float32 when they
/// are fetched, once for 4 tile multiplications, and sums are rounded once.
/// </summary>
internal static class NarrowKernels
{
    public static void Multiply(
        ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<ushort> addend, ArrayView<ushort> result, ProductShape s, ColumnsShape columns, int isBFloat)
    {
        var leftBlock = SharedMemory.Allocate<float>(MatrixKernels.Depth * MatrixKernels.MaxEdge);
        var rightBlock = SharedMemory.Allocate<float>(MatrixKernels.Depth * MatrixKernels.MaxEdge);
        int tile = s.Tile, edge = 4 * tile, x = Group.IdxX, y = Group.IdxY, thread = (y * tile) + x, threads = tile * tile;
        int firstRow = s.FirstRow + (Grid.IdxY * edge), firstColumn = s.FirstColumn + (Grid.IdxX * edge), batch = Grid.IdxZ;
        int leftStart = s.LeftBatch.At(batch), rightStart = s.RightBatch.At(batch), rowStart = s.RowBatch.At(batch);
        float c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        float c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (var start = 0; start < s.Inner; start += MatrixKernels.Depth)
        {
            for (var e = thread; e < edge * MatrixKernels.Depth; e += threads)
            {
                int k = start + (e % MatrixKernels.Depth), row = firstRow + (e / MatrixKernels.Depth);
                leftBlock[(e % MatrixKernels.Depth * MatrixKernels.MaxEdge) + (e / MatrixKernels.Depth)] = row < s.Rows && k < s.Inner
                    ? NarrowNumbers.Widen(left[leftStart + (row * s.LeftRow) + (k * s.LeftInner)], isBFloat) : 0;
                int column = firstColumn + (e % edge);
                k = start + (e / edge);
                var at = column < s.Columns && k < s.Inner ? columns.At(k, column, s.RightInner, s.RightColumn) : -1;
                rightBlock[(e / edge * MatrixKernels.MaxEdge) + (e % edge)] = at >= 0 ? NarrowNumbers.Widen(right[rightStart + at], isBFloat) : 0;
            }

            Group.Barrier();
            for (var k = 0; k < MatrixKernels.Depth; k++)
            {
                int a = (k * MatrixKernels.MaxEdge) + y, b = (k * MatrixKernels.MaxEdge) + x;
                float a0 = leftBlock[a], a1 = leftBlock[a + tile], a2 = leftBlock[a + (2 * tile)], a3 = leftBlock[a + (3 * tile)];
                float b0 = rightBlock[b], b1 = rightBlock[b + tile], b2 = rightBlock[b + (2 * tile)], b3 = rightBlock[b + (3 * tile)];
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
        Store(addend, result, s, to, rowStart, r, c, isBFloat, c00, c01, c02, c03);
        Store(addend, result, s, to, rowStart, r + tile, c, isBFloat, c10, c11, c12, c13);
        Store(addend, result, s, to, rowStart, r + (2 * tile), c, isBFloat, c20, c21, c22, c23);
        Store(addend, result, s, to, rowStart, r + (3 * tile), c, isBFloat, c30, c31, c32, c33);
    }

    private static void Store(
        ArrayView<ushort> addend, ArrayView<ushort> result, ProductShape s, int to, int rowStart, int row, int column, int isBFloat, float v0, float v1, float v2, float v3)
    {
        Store(addend, result, s, to, rowStart, row, column, isBFloat, v0);
        Store(addend, result, s, to, rowStart, row, column + s.Tile, isBFloat, v1);
        Store(addend, result, s, to, rowStart, row, column + (2 * s.Tile), isBFloat, v2);
        Store(addend, result, s, to, rowStart, row, column + (3 * s.Tile), isBFloat, v3);
    }

    private static void Store(ArrayView<ushort> addend, ArrayView<ushort> result, ProductShape s, int to, int rowStart, int row, int column, int isBFloat, float value)
    {
        if (row < s.Rows && column < s.Columns)
        {
            value *= s.Alpha;
            if (s.Beta != 0)
            {
                value += s.Beta * NarrowNumbers.Widen(addend[((rowStart + row) * s.AddendRow) + (column * s.AddendColumn)], isBFloat);
            }

            result[to + (row * s.Columns) + column] = NarrowNumbers.Narrow(value, isBFloat);
        }
    }
}
