using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Device code of matrix products. A group of tile x tile threads computes a block of (4 tile) x (4 tile) elements, each thread 4 x 4 of
/// them, so that every number fetched from shared memory serves four multiplications; 16 steps along the inner dimension per barrier.
/// </summary>
internal static class MatrixKernels
{
    /// <summary>Steps along the inner dimension between two barriers.</summary>
    public const int Depth = 16;

    /// <summary>Elements along one side of the largest block: 16 threads, 4 each.</summary>
    public const int MaxEdge = 64;

    public static void Multiply(ArrayView<float> left, ArrayView<float> right, ArrayView<float> addend, ArrayView<float> result, ProductShape s)
    {
        var leftBlock = SharedMemory.Allocate<float>(Depth * MaxEdge);
        var rightBlock = SharedMemory.Allocate<float>(Depth * MaxEdge);
        int tile = s.Tile, edge = 4 * tile, x = Group.IdxX, y = Group.IdxY, thread = (y * tile) + x, threads = tile * tile;
        int firstRow = s.FirstRow + (Grid.IdxY * edge), firstColumn = s.FirstColumn + (Grid.IdxX * edge), batch = Grid.IdxZ;
        int leftStart = s.LeftBatch.At(batch), rightStart = s.RightBatch.At(batch);
        float c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        float c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (var start = 0; start < s.Inner; start += Depth)
        {
            for (var e = thread; e < edge * Depth; e += threads)
            {
                int k = start + (e % Depth), row = firstRow + (e / Depth);
                leftBlock[(e % Depth * MaxEdge) + (e / Depth)] =
                    row < s.Rows && k < s.Inner ? left[leftStart + (row * s.LeftRow) + (k * s.LeftInner)] : 0;
                int column = firstColumn + (e % edge);
                k = start + (e / edge);
                rightBlock[(e / edge * MaxEdge) + (e % edge)] =
                    column < s.Columns && k < s.Inner ? right[rightStart + (k * s.RightInner) + (column * s.RightColumn)] : 0;
            }

            Group.Barrier();
            for (var k = 0; k < Depth; k++)
            {
                int a = (k * MaxEdge) + y, b = (k * MaxEdge) + x;
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
        Store(addend, result, s, to, r, c, c00, c01, c02, c03);
        Store(addend, result, s, to, r + tile, c, c10, c11, c12, c13);
        Store(addend, result, s, to, r + (2 * tile), c, c20, c21, c22, c23);
        Store(addend, result, s, to, r + (3 * tile), c, c30, c31, c32, c33);
    }

    private static void Store(
        ArrayView<float> addend, ArrayView<float> result, ProductShape s, int to, int row, int column, float v0, float v1, float v2, float v3)
    {
        Store(addend, result, s, to, row, column, v0);
        Store(addend, result, s, to, row, column + s.Tile, v1);
        Store(addend, result, s, to, row, column + (2 * s.Tile), v2);
        Store(addend, result, s, to, row, column + (3 * s.Tile), v3);
    }

    private static void Store(ArrayView<float> addend, ArrayView<float> result, ProductShape s, int to, int row, int column, float value)
    {
        if (row < s.Rows && column < s.Columns)
        {
            value *= s.Alpha;
            if (s.Beta != 0)
            {
                value += s.Beta * addend[(row * s.AddendRow) + (column * s.AddendColumn)];
            }

            result[to + (row * s.Columns) + column] = value;
        }
    }
}
