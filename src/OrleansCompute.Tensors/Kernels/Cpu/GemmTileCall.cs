namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Operands of one register tile. Element (row r, step k) of the left operand is at <c>A[k * AStep + r * ARowStride]</c>, where one of the
/// two is 1: a packed block, or a matrix in place. The right operand's step k is the vectors at <c>B + k * BStep</c>: a packed panel, or the matrix in place.
/// </summary>
internal unsafe struct GemmTileCall
{
    /// <summary>Left operand.</summary>
    public float* A;

    /// <summary>Floats between two steps of the left operand.</summary>
    public nint AStep;

    /// <summary>Floats between two rows of the left operand.</summary>
    public nint ARowStride;

    /// <summary>Right operand.</summary>
    public float* B;

    /// <summary>Floats between two steps of the right operand.</summary>
    public nint BStep;

    /// <summary>Steps, 1 or more.</summary>
    public nint Depth;

    /// <summary>Columns there are, for tiles with a broken edge: of a wide tile 17 to 31, of a narrow one 1 to 15.</summary>
    public int Columns;

    /// <summary>Where the sums go: rows of full vectors.</summary>
    public float* C;

    /// <summary>Floats between two rows of C.</summary>
    public nint CStride;

    /// <summary>What the sums start with, one float per column; null for zero.</summary>
    public float* Bias;

    /// <summary>
    /// Memory to fetch into the second-level cache, one address per step: the panel after this one, packed or what it is packed from. Without it, the first tile of every
    /// panel waits for the third-level cache (6 % of a 1024-product). Any address is allowed, and null.
    /// </summary>
    public byte* Ahead;

    /// <summary>Bytes between two of these addresses.</summary>
    public nint AheadStep;

    /// <summary>What happens to the sums at the end.</summary>
    public GemmTileFlags Flags;
}
