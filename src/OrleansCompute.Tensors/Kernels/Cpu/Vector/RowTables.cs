using System.Numerics;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Tables of rows and whole-numbered indices into them: embedding, its gradient, one-hot rows; and blocks of a concatenation. An index
/// from -rows to -1 counts from the end, as in ONNX. Stateless, allocation-free.
/// </summary>
internal static class RowTables
{
    /// <summary>y's row i = the table's row indices[i].</summary>
    /// <exception cref="ArgumentException">An index is out of range: position, value and range are named.</exception>
    public static void Gather<TElement, TIndex>(
        int rowLength, ReadOnlySpan<TElement> table, ReadOnlySpan<TIndex> indices, Span<TElement> y)
        where TElement : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var rows = CheckTable(rowLength, table.Length);
        Lengths.Exactly((long)indices.Length * rowLength, y.Length, nameof(y));
        for (var i = 0; i < indices.Length; i++)
        {
            table.Slice(Row(indices, i, rows) * rowLength, rowLength).CopyTo(y[(i * rowLength)..]);
        }
    }

    /// <summary>Adds row i of the updates to the table's row indices[i], in order: the same index twice adds twice.</summary>
    /// <exception cref="ArgumentException">An index is out of range: position, value and range are named; the rows before it
    /// were added.</exception>
    public static void ScatterAdd<TIndex>(
        SimdLevel level, int rowLength, ReadOnlySpan<TIndex> indices, ReadOnlySpan<float> updates, Span<float> table)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var rows = CheckTable(rowLength, table.Length);
        Lengths.Exactly((long)indices.Length * rowLength, updates.Length, nameof(updates));
        for (var i = 0; i < indices.Length; i++)
        {
            var row = table.Slice(Row(indices, i, rows) * rowLength, rowLength);
            ElementLoops.Binary(level, default(BinaryFunctions.Add), row, updates.Slice(i * rowLength, rowLength), row);
        }
    }

    /// <summary>
    /// Row i of y is <paramref name="off"/> but for <paramref name="on"/> at indices[i]; an index out of range leaves all of it off.
    /// </summary>
    public static void OneHot<TElement, TIndex>(int depth, ReadOnlySpan<TIndex> indices, TElement on, TElement off, Span<TElement> y)
        where TElement : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Lengths.Exactly((long)indices.Length * depth, y.Length, nameof(y));
        y.Fill(off);
        for (var i = 0; i < indices.Length; i++)
        {
            var index = long.CreateSaturating(indices[i]);
            index = index < 0 ? index + depth : index;
            if (index >= 0 && index < depth)
            {
                y[(i * depth) + (int)index] = on;
            }
        }
    }

    /// <summary>
    /// Copies a part [outer, partInner] into the columns from <paramref name="start"/> on of a whole [outer, wholeInner]: one argument of a
    /// concatenation, with inner sizes counted in elements.
    /// </summary>
    public static void JoinPart<TElement>(
        int outer, int partInner, int wholeInner, int start, ReadOnlySpan<TElement> part, Span<TElement> whole)
        where TElement : unmanaged
    {
        CheckPart(outer, partInner, wholeInner, start, part.Length, whole.Length);
        for (var o = 0; o < outer; o++)
        {
            part.Slice(o * partInner, partInner).CopyTo(whole[((o * wholeInner) + start)..]);
        }
    }

    /// <summary>The reverse of <see cref="JoinPart"/>: one result of a split.</summary>
    public static void SplitPart<TElement>(
        int outer, int partInner, int wholeInner, int start, ReadOnlySpan<TElement> whole, Span<TElement> part)
        where TElement : unmanaged
    {
        CheckPart(outer, partInner, wholeInner, start, part.Length, whole.Length);
        for (var o = 0; o < outer; o++)
        {
            whole.Slice((o * wholeInner) + start, partInner).CopyTo(part[(o * partInner)..]);
        }
    }

    private static int CheckTable(int rowLength, int tableLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowLength, 1);
        Lengths.Multiple(tableLength, rowLength, "table");
        return tableLength / rowLength;
    }

    private static int Row<TIndex>(ReadOnlySpan<TIndex> indices, int i, int rows)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var index = long.CreateSaturating(indices[i]);
        var row = index < 0 ? index + rows : index;
        return row >= 0 && row < rows
            ? (int)row
            : throw new ArgumentException($"indices[{i}] is {index}; allowed {-rows} to {rows - 1}.", nameof(indices));
    }

    private static void CheckPart(int outer, int partInner, int wholeInner, int start, int partLength, int wholeLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outer);
        ArgumentOutOfRangeException.ThrowIfNegative(partInner);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + partInner, wholeInner, nameof(start));
        Lengths.Exactly((long)outer * partInner, partLength, "part");
        Lengths.Exactly((long)outer * wholeInner, wholeLength, "whole");
    }
}
