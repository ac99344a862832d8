namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Where element (batch, head, row, i) of a tensor of attention lies: batch * Batch + head * Head + row * Row + i, in elements. The
/// queries of a packed projection [batch, T, 3, heads, d] have Batch = 3 T heads d, Head = d, Row = 3 heads d.
/// </summary>
internal readonly record struct AttentionLayout(int Batch, int Head, int Row)
{
    /// <summary>The layout of a contiguous [batch, heads, T, d].</summary>
    public static AttentionLayout Contiguous(int heads, int length, int headSize) =>
        new(heads * length * headSize, length * headSize, headSize);

    /// <summary>Queries, keys or values (by the start of the span) of a packed projection [batch, T, parts, heads, d].</summary>
    public static AttentionLayout Packed(int parts, int heads, int length, int headSize) =>
        new(length * parts * heads * headSize, headSize, parts * heads * headSize);

    /// <summary>Elements from the first to behind the last.</summary>
    public long Extent(int batch, int heads, int length, int headSize) =>
        batch == 0 || heads == 0 || length == 0 || headSize == 0
            ? 0
            : ((batch - 1L) * Batch) + ((heads - 1L) * Head) + ((length - 1L) * Row) + headSize;
}
