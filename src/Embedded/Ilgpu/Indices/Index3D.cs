using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in three dimensions, 32 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Index3D : IIntIndex<Index3D, LongIndex3D>
{
    /// <summary>All components -1.</summary>
    public static readonly Index3D Invalid = new(-1, -1, -1);

    /// <summary>All components 0.</summary>
    public static readonly Index3D Zero = new(0, 0, 0);

    /// <summary>All components 1.</summary>
    public static readonly Index3D One = new(1, 1, 1);

    /// <summary>An index from its components.</summary>
    public Index3D(int x, int y, int z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    /// <summary>An index with the same value in every component.</summary>
    public Index3D(int value)
        : this(value, value, value)
    {
    }

    /// <summary>An index from its X and Y, and its Z.</summary>
    public Index3D(Index2D xy, int z)
        : this(xy.X, xy.Y, z)
    {
    }

    /// <summary>An index from its X, and its Y and Z.</summary>
    public Index3D(int x, Index2D yz)
        : this(x, yz.X, yz.Y)
    {
    }

    /// <summary>X and Y.</summary>
    public Index2D XY => new(X, Y);

    /// <summary>Y and Z.</summary>
    public Index2D YZ => new(Y, Z);

    /// <summary>The X component.</summary>
    public int X { get; }

    /// <summary>The Y component.</summary>
    public int Y { get; }

    /// <summary>The Z component.</summary>
    public int Z { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0 && Y == 0 && Z == 0;

    /// <summary>The product of the components; see <see cref="LongSize"/> for products beyond 32 bits.</summary>
    public int Size
    {
        get
        {
            IndexTypeExtensions.AssertIntIndexRange(LongSize);
            return X * Y * Z;
        }
    }

    /// <summary>The product of the components.</summary>
    public long LongSize => (long)X * Y * Z;

    long IIndex.Size => LongSize;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.Index3D;

    /// <summary>This index with 64 bits a component.</summary>
    public LongIndex3D ToLongIndex() => new(X, Y, Z);

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(Index3D dimension) => X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y && Z >= 0 && Z < dimension.Z;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(Index3D dimension) => X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y && Z >= 0 && Z <= dimension.Z;

    /// <summary>The component-wise smaller.</summary>
    public static Index3D Min(Index3D first, Index3D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z));

    /// <summary>The component-wise larger.</summary>
    public static Index3D Max(Index3D first, Index3D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z));

    /// <summary>Every component brought into its range.</summary>
    public static Index3D Clamp(Index3D value, Index3D min, Index3D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public Index3D Add(Index3D rhs) => this + rhs;

    /// <inheritdoc/>
    public Index3D Subtract(Index3D rhs) => this - rhs;

    /// <summary>The components as a tuple.</summary>
    public (int X, int Y, int Z) ToValueTuple() => (X, Y, Z);

    /// <summary>The components.</summary>
    public void Deconstruct(out int x, out int y, out int z)
    {
        x = X;
        y = Y;
        z = Z;
    }

    /// <inheritdoc/>
    public bool Equals(Index3D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index3D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y, Z);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y}, {Z})";

    /// <summary>Widens.</summary>
    public static implicit operator LongIndex3D(Index3D index) => index.ToLongIndex();

    /// <summary>An index from a tuple.</summary>
    public static implicit operator Index3D((int, int, int) values) => new(values.Item1, values.Item2, values.Item3);

    /// <summary>The component-wise sum.</summary>
    public static Index3D Add(Index3D first, Index3D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static Index3D operator +(Index3D first, Index3D second) => new(first.X + second.X, first.Y + second.Y, first.Z + second.Z);

    /// <summary>The component-wise difference.</summary>
    public static Index3D Subtract(Index3D first, Index3D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static Index3D operator -(Index3D first, Index3D second) => new(first.X - second.X, first.Y - second.Y, first.Z - second.Z);

    /// <summary>The component-wise product.</summary>
    public static Index3D Multiply(Index3D first, Index3D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static Index3D operator *(Index3D first, Index3D second) => new(first.X * second.X, first.Y * second.Y, first.Z * second.Z);

    /// <summary>The component-wise quotient.</summary>
    public static Index3D Divide(Index3D first, Index3D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static Index3D operator /(Index3D first, Index3D second) => new(first.X / second.X, first.Y / second.Y, first.Z / second.Z);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(Index3D first, Index3D second) => first.X == second.X && first.Y == second.Y && first.Z == second.Z;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(Index3D first, Index3D second) => !(first == second);
}
