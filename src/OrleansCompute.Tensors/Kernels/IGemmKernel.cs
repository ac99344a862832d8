namespace OrleansCompute.Tensors.Kernels;

/// <summary>
/// Matrix products, with scratch memory of its own, so that repeated products of the same size allocate nothing. Matrices are dense
/// and row-major. Not thread-safe: one per step of one plan.
/// </summary>
public interface IGemmKernel
{
    /// <summary>Writes op(A) * op(B) + bias to C.</summary>
    /// <param name="shape">Sizes and transpositions; sizes may be zero.</param>
    /// <param name="a">[Rows, Depth], or [Depth, Rows] when transposed.</param>
    /// <param name="b">[Depth, Columns], or [Columns, Depth] when transposed.</param>
    /// <param name="bias">One float per column, or empty for none.</param>
    /// <param name="c">[Rows, Columns]; overwritten.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say.</exception>
    void Multiply(
        GemmShape shape, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool relu = false);
}
