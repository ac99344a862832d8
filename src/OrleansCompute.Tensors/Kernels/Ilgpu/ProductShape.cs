namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A batch of matrix products with any strides, for device code. Distances are in elements.</summary>
internal readonly struct ProductShape
{
    public int Rows { get; init; }

    public int Columns { get; init; }

    public int Inner { get; init; }

    /// <summary>Threads of a group along each dimension; each computes 4 x 4 elements.</summary>
    public int Tile { get; init; }

    /// <summary>First row and column of the launch: long products are cut into several.</summary>
    public int FirstRow { get; init; }

    public int FirstColumn { get; init; }

    public int LeftRow { get; init; }

    public int LeftInner { get; init; }

    public int RightInner { get; init; }

    public int RightColumn { get; init; }

    public int AddendRow { get; init; }

    public int AddendColumn { get; init; }

    /// <summary>Number of a batch to its left matrix.</summary>
    public IndexMap LeftBatch { get; init; }

    public IndexMap RightBatch { get; init; }

    public float Alpha { get; init; }

    /// <summary>Factor of the addend; 0: it is not read.</summary>
    public float Beta { get; init; }
}
