namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Where one tile's operands are. The left operand is addressed, never copied: element (row r, step k) is at
/// <c>A[RunOffsets[run] + i * Step + RowOffsets[r]]</c> with k = run * RunLength + i. This one scheme covers a matrix, a transposed
/// matrix, and all three convolution products over a padded image, so that no im2col buffer is written or read.
/// </summary>
internal unsafe struct TileSource
{
    /// <summary>Base of the left operand.</summary>
    public float* A;

    /// <summary>One offset per row of the tile, in elements; entries past the last real row repeat a valid one.</summary>
    public nint* RowOffsets;

    /// <summary>One offset per run, in elements.</summary>
    public nint* RunOffsets;

    /// <summary>Number of runs.</summary>
    public int RunCount;

    /// <summary>Steps in each run.</summary>
    public int RunLength;

    /// <summary>Distance between two steps of a run, in elements.</summary>
    public nint Step;

    /// <summary>Packed right operand: per step as many floats as the tile has columns.</summary>
    public float* B;
}
