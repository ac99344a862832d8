namespace OrleansCompute.Tensors.Kernels;

/// <summary>Sizes of a matrix product C[Rows, Columns] = op(A)[Rows, Depth] * op(B)[Depth, Columns]. Immutable.</summary>
/// <param name="Rows">Rows of the result, 0 or more.</param>
/// <param name="Columns">Columns of the result, 0 or more.</param>
/// <param name="Depth">Length of the sums, 0 or more.</param>
/// <param name="TransposeA">Whether A is stored as [Depth, Rows].</param>
/// <param name="TransposeB">Whether B is stored as [Columns, Depth].</param>
public readonly record struct GemmShape(int Rows, int Columns, int Depth, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Checks that the sizes are not negative and that the spans hold them.</summary>
    /// <exception cref="ArgumentException">One of them does not; the message names both shapes.</exception>
    public void Validate(int aLength, int bLength, int biasLength, int cLength)
    {
        if (Rows < 0 || Columns < 0 || Depth < 0)
        {
            throw new ArgumentException($"Gemm: sizes {Rows} x {Depth} times {Depth} x {Columns} must not be negative.");
        }

        if (aLength < (long)Rows * Depth || bLength < (long)Depth * Columns || cLength < (long)Rows * Columns
            || (biasLength != 0 && biasLength < Columns))
        {
            throw new ArgumentException(
                $"Gemm: [{Rows}, {Depth}] x [{Depth}, {Columns}] does not fit buffers of {aLength}, {bLength} and {cLength} floats"
                + $" with a bias of {biasLength}.");
        }
    }
}
