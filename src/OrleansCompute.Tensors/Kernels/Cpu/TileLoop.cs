using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Runs the micro-kernel over all tiles of a product whose right operand is packed. Stateless.</summary>
internal static unsafe class TileLoop
{
    /// <summary>Computes rows [<paramref name="firstRow"/>, <paramref name="endRow"/>) of every panel.</summary>
    /// <param name="micro">The micro-kernel.</param>
    /// <param name="panels">The right operand's columns.</param>
    /// <param name="source">Left operand and runs; RowOffsets is the table of all rows, followed by MaxRows valid entries.</param>
    /// <param name="packed">Packed right operand.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="endRow">Row after the last.</param>
    /// <param name="tile">Scratch of MaxTile floats.</param>
    /// <param name="writer">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        MicroKernel micro, in Panels panels, TileSource source, float* packed, int firstRow, int endRow, float* tile, in TileWriter writer)
    {
        var table = source.RowOffsets;
        var depth = source.RunCount * source.RunLength;
        for (var panel = 0; panel < panels.Count; panel++)
        {
            var narrow = panels.IsNarrow(panel);
            var height = narrow ? micro.NarrowRows : micro.WideRows;
            int width = panels.Width(panel), column = panels.FirstColumn(panel), columns = panels.ColumnsIn(panel);
            source.B = packed;
            for (var row = firstRow; row < endRow; row += height)
            {
                source.RowOffsets = table + row;
                if (narrow)
                {
                    micro.Narrow(source, tile);
                }
                else
                {
                    micro.Wide(source, tile);
                }

                writer.Write(tile, width, row, Math.Min(height, endRow - row), column, columns);
            }

            packed += (nint)depth * width;
        }
    }
}
