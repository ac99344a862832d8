namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>How a tile ends, as a type: see <see cref="ITileRows"/>.</summary>
internal interface ITileEdge
{
    /// <summary>Whether columns of its last vector lie past the edge of the matrix.</summary>
    static abstract bool IsBroken { get; }

    /// <summary>
    /// Whether its sums are stored as they are. Asking the flags for each of 28 vectors took half as long as the sums of a product with
    /// ten steps.
    /// </summary>
    static abstract bool IsPlain { get; }
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct WholeEdge : ITileEdge
{
    public static bool IsBroken => false;

    public static bool IsPlain => false;
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct BrokenEdge : ITileEdge
{
    public static bool IsBroken => true;

    public static bool IsPlain => false;
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct PlainWholeEdge : ITileEdge
{
    public static bool IsBroken => false;

    public static bool IsPlain => true;
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct PlainBrokenEdge : ITileEdge
{
    public static bool IsBroken => true;

    public static bool IsPlain => true;
}
