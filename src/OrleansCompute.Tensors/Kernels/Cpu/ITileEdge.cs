namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Whether a tile's last vector of columns is whole, as a type: see <see cref="ITileRows"/>.</summary>
internal interface ITileEdge
{
    /// <summary>Whether columns of it lie past the edge of the matrix.</summary>
    static abstract bool IsBroken { get; }
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct WholeEdge : ITileEdge
{
    public static bool IsBroken => false;
}

/// <inheritdoc cref="ITileEdge"/>
internal readonly struct BrokenEdge : ITileEdge
{
    public static bool IsBroken => true;
}
