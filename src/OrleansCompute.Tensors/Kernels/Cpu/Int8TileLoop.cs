using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Runs the 8-bit tiles over rows and panels. Immutable.</summary>
internal readonly unsafe ref struct Int8TileLoop(Int8Tiles tiles, Int8Weights weights, Int8Output output, nint* runs)
{
    /// <summary>Computes rows.</summary>
    /// <param name="a">Left operand of the first row.</param>
    /// <param name="rowOffsets">Offsets of rows: of all of them, or of one tile if rows are equally far apart.</param>
    /// <param name="rowStride">Bytes between two rows, or 0 if the offsets are of all rows.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="to">First result.</param>
    /// <param name="toStride">Results between two rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(byte* a, nint* rowOffsets, nint rowStride, int rows, byte* to, nint toStride)
    {
        const int MaxRows = Int8Tile.MaxRows, Columns = Int8Tile.Columns;
        var sums = stackalloc int[MaxRows * Columns];
        var panels = (weights.Columns + Columns - 1) / Columns;
        Int8TileCall call;
        call.Runs = runs;
        call.RunCount = weights.RunCount;
        call.RunSteps = weights.RunSteps;
        call.Sums = sums;
        for (var panel = 0; panel < panels; panel++)
        {
            var count = Math.Min(Columns, weights.Columns - (panel * Columns));
            call.B = weights.Panel(panel);
            call.Start = weights.Start(panel);
            float* scales = weights.Scales(panel), bias = weights.Bias(panel);
            for (var row = 0; row < rows; row += MaxRows)
            {
                var height = Math.Min(MaxRows, rows - row);
                call.A = a + (row * rowStride);
                call.Rows = rowOffsets + (rowStride == 0 ? row : 0);
                tiles.Run(&call, height);
                var write = to + (((row * toStride) + (panel * Columns)) * output.ElementBytes);
                for (var r = 0; r < height; r++, write += toStride * output.ElementBytes)
                {
                    Int8Epilogue.Write(output, sums + (r * Columns), scales, bias, count, write);
                }
            }
        }
    }
}
