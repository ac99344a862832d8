namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// One matrix product: C = activation(Alpha * op(A) * op(B) + ColumnBias + RowBias [+ C]). Matrices are row-major with explicit
/// strides, so that views need no copy. Pointers are the caller's to keep valid and long enough; nothing is checked here.
/// </summary>
internal unsafe struct GemmArguments
{
    /// <summary>A plain product of dense float32 matrices; change fields for the rest.</summary>
    public GemmArguments(in GemmShape shape, float* a, float* b, float* c)
    {
        (Rows, Columns, Depth, TransposeA, TransposeB) = (shape.Rows, shape.Columns, shape.Depth, shape.TransposeA, shape.TransposeB);
        A = a;
        B = b;
        C = c;
        AStride = shape.TransposeA ? shape.Rows : shape.Depth;
        BStride = shape.TransposeB ? shape.Depth : shape.Columns;
        CStride = shape.Columns;
        Alpha = 1f;
    }

    /// <summary>Rows of the result.</summary>
    public int Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns;

    /// <summary>Length of the sums.</summary>
    public int Depth;

    /// <summary>[Rows, Depth], or [Depth, Rows] when transposed.</summary>
    public void* A;

    /// <summary>Elements between two stored rows of A.</summary>
    public nint AStride;

    /// <summary>Whether A is stored as [Depth, Rows].</summary>
    public bool TransposeA;

    /// <summary>Element type of A.</summary>
    public GemmStorage AStorage;

    /// <summary>[Depth, Columns], or [Columns, Depth] when transposed. Ignored when <see cref="PackedB"/> is given.</summary>
    public void* B;

    /// <summary>Elements between two stored rows of B.</summary>
    public nint BStride;

    /// <summary>Whether B is stored as [Columns, Depth].</summary>
    public bool TransposeB;

    /// <summary>Element type of B.</summary>
    public GemmStorage BStorage;

    /// <summary>B packed beforehand, for weights that are used many times; null to use <see cref="B"/>.</summary>
    public GemmPackedB? PackedB;

    /// <summary>[Rows, Columns].</summary>
    public float* C;

    /// <summary>Floats between two rows of C.</summary>
    public nint CStride;

    /// <summary>Factor of the product.</summary>
    public float Alpha;

    /// <summary>Whether the result is added to C (before the activation).</summary>
    public bool Accumulate;

    /// <summary>One float per column, or null.</summary>
    public float* ColumnBias;

    /// <summary>One float per row, or null.</summary>
    public float* RowBias;

    /// <summary>Applied last.</summary>
    public GemmActivation Activation;

    /// <summary>Floating-point operations.</summary>
    public readonly double Flops => 2.0 * Rows * Columns * Depth;
}
