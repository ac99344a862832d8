namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Operands of one register tile of 8-bit products. Four steps of row r begin at <c>A[Runs[run] + 4 * i + Rows[r]]</c>; the right operand
/// holds for each of them 16 columns of 4 bytes. Where a run's length is no multiple of 4, the right operand has zeros.
/// </summary>
internal unsafe struct Int8TileCall
{
    /// <summary>Left operand, unsigned.</summary>
    public byte* A;

    /// <summary>One offset per row.</summary>
    public nint* Rows;

    /// <summary>One offset per run.</summary>
    public nint* Runs;

    /// <summary>Number of runs.</summary>
    public int RunCount;

    /// <summary>Groups of four steps in a run.</summary>
    public int RunSteps;

    /// <summary>Packed right operand.</summary>
    public sbyte* B;

    /// <summary>16 numbers with which the sums of every row begin.</summary>
    public int* Start;

    /// <summary>Where the sums go: 16 per row.</summary>
    public int* Sums;
}
