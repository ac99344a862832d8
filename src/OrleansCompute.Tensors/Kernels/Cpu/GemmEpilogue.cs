using System.Runtime.CompilerServices;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Takes a tile of sums to C when a tile cannot store them itself: the last columns, a factor, a bias per row, or an activation other
/// than ReLU. The tile is in the first-level cache and costs 28 vector stores and loads. Stateless.
/// </summary>
internal static unsafe class GemmEpilogue
{
    /// <summary>Writes a tile.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="g">The product.</param>
    /// <param name="tile">Sums without factor and bias, row after row; changed.</param>
    /// <param name="width">Floats of a tile row, whole vectors.</param>
    /// <param name="row">First row in C.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="column">First column in C.</param>
    /// <param name="columns">Columns, 1 to <paramref name="width"/>.</param>
    /// <param name="first">Whether these are the first steps of the sums.</param>
    /// <param name="last">Whether these are the last steps of the sums.</param>
    public static void Write(
        SimdLevel level, in GemmArguments g, float* tile, int width, int row, int rows, int column, int columns, bool first, bool last)
    {
        switch (level)
        {
            case SimdLevel.Vector512: Rows<Lanes512>(level, g, tile, width, row, rows, column, columns, first, last); break;
            case SimdLevel.Vector256: Rows<Lanes256>(level, g, tile, width, row, rows, column, columns, first, last); break;
            default: Rows<Lanes1>(level, g, tile, width, row, rows, column, columns, first, last); break;
        }
    }

    /// <summary>C of a product whose sums have no steps.</summary>
    public static void WriteEmpty(SimdLevel level, in GemmArguments g)
    {
        var zeros = stackalloc float[32];
        for (var row = 0; row < g.Rows; row++)
        {
            for (var column = 0; column < g.Columns; column += 32)
            {
                new Span<float>(zeros, 32).Clear();
                Write(level, g, zeros, 32, row, 1, column, Math.Min(32, g.Columns - column), true, true);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<T>(
        SimdLevel level, in GemmArguments g, float* tile, int width, int row, int rows, int column, int columns, bool first, bool last)
        where T : unmanaged, ILanes<T>
    {
        var activation = last ? g.Activation : GemmActivation.None;
        var columnBias = first && g.ColumnBias != null ? g.ColumnBias + column : null;
        var adds = !first || g.Accumulate;
        var alpha = T.Create(g.Alpha);
        for (var r = 0; r < rows; r++, tile += width)
        {
            var to = g.C + ((row + r) * g.CStride) + column;
            var rowBias = T.Create(first && g.RowBias != null ? g.RowBias[row + r] : 0f);
            for (var j = 0; j < columns; j += T.Count)
            {
                var count = Math.Min(T.Count, columns - j);
                var value = T.MultiplyAdd(T.Load(tile + j), alpha, rowBias);
                value = columnBias == null ? value : value + Load<T>(columnBias + j, count);
                value = adds ? value + Load<T>(to + j, count) : value;
                if (activation == GemmActivation.Relu)
                {
                    value = T.Max(value, T.Create(0f));
                }
                else if (activation != GemmActivation.None)
                {
                    T.Store(value, tile + j);
                    continue;
                }

                Store(value, to + j, count);
            }

            if (activation is not (GemmActivation.None or GemmActivation.Relu))
            {
                var results = new Span<float>(tile, columns);
                GemmActivations.Apply(level, activation, results);
                results.CopyTo(new Span<float>(to, columns));
            }
        }
    }

    private static T Load<T>(float* source, int count)
        where T : unmanaged, ILanes<T> => count == T.Count ? T.Load(source) : T.LoadPartial(source, count);

    private static void Store<T>(T value, float* to, int count)
        where T : unmanaged, ILanes<T>
    {
        if (count == T.Count)
        {
            T.Store(value, to);
        }
        else
        {
            T.StorePartial(value, to, count);
        }
    }
}
