namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>A number of rows as a type, so that the compiler makes one tile per number and drops the rest.</summary>
internal interface ITileRows
{
    /// <summary>The number.</summary>
    static abstract int Count { get; }
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows1 : ITileRows
{
    public static int Count => 1;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows2 : ITileRows
{
    public static int Count => 2;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows3 : ITileRows
{
    public static int Count => 3;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows4 : ITileRows
{
    public static int Count => 4;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows5 : ITileRows
{
    public static int Count => 5;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows6 : ITileRows
{
    public static int Count => 6;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows7 : ITileRows
{
    public static int Count => 7;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows8 : ITileRows
{
    public static int Count => 8;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows9 : ITileRows
{
    public static int Count => 9;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows10 : ITileRows
{
    public static int Count => 10;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows11 : ITileRows
{
    public static int Count => 11;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows12 : ITileRows
{
    public static int Count => 12;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows13 : ITileRows
{
    public static int Count => 13;
}

/// <inheritdoc cref="ITileRows"/>
internal readonly struct TileRows14 : ITileRows
{
    public static int Count => 14;
}
