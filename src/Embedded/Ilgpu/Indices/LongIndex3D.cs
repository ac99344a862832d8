using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in three dimensions, 64 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex3D : ILongIndex<LongIndex3D, Index3D>
{
    /// <summary>All components -1.</summary>
    public static readonly LongIndex3D Invalid = new(-1, -1, -1);

    /// <summary>All components 0.</summary>
    public static readonly LongIndex3D Zero = new(0, 0, 0);

    /// <summary>All components 1.</summary>
    public static readonly LongIndex3D One = new(1, 1, 1);

    /// <summary>An index from its components.</summary>
    public LongIndex3D(long x, long y, long z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    /// <summary>An index with the same value in every component.</summary>
    public LongIndex3D(long value)
        : this(value, value, value)
    {
    }

    /// <summary>An index from its X and Y, and its Z.</summary>
    public LongIndex3D(LongIndex2D xy, long z)
        : this(xy.X, xy.Y, z)
    {
    }

    /// <summary>An index from its X, and its Y and Z.</summary>
    public LongIndex3D(long x, LongIndex2D yz)
        : this(x, yz.X, yz.Y)
    {
    }

    /// <summary>X and Y.</summary>
    public LongIndex2D XY => new(X, Y);

    /// <summary>Y and Z.</summary>
    public LongIndex2D YZ => new(Y, Z);

    /// <summary>The X component.</summary>
    public long X { get; }

    /// <summary>The Y component.</summary>
    public long Y { get; }

    /// <summary>The Z component.</summary>
    public long Z { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0 && Y == 0 && Z == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X * Y * Z;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.LongIndex3D;

    /// <summary>This index with 32 bits a component; throws when one does not fit.</summary>
    public Index3D ToIntIndex()
    {
        IndexTypeExtensions.AssertIntIndexRange(X);
        IndexTypeExtensions.AssertIntIndexRange(Y);
        IndexTypeExtensions.AssertIntIndexRange(Z);
        return new Index3D((int)X, (int)Y, (int)Z);
    }

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(LongIndex3D dimension) => X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y && Z >= 0 && Z < dimension.Z;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(LongIndex3D dimension) => X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y && Z >= 0 && Z <= dimension.Z;

    /// <summary>The component-wise smaller.</summary>
    public static LongIndex3D Min(LongIndex3D first, LongIndex3D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y), Math.Min(first.Z, second.Z));

    /// <summary>The component-wise larger.</summary>
    public static LongIndex3D Max(LongIndex3D first, LongIndex3D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y), Math.Max(first.Z, second.Z));

    /// <summary>Every component brought into its range.</summary>
    public static LongIndex3D Clamp(LongIndex3D value, LongIndex3D min, LongIndex3D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public LongIndex3D Add(LongIndex3D rhs) => this + rhs;

    /// <inheritdoc/>
    public LongIndex3D Subtract(LongIndex3D rhs) => this - rhs;

    /// <summary>The components as a tuple.</summary>
    public (long X, long Y, long Z) ToValueTuple() => (X, Y, Z);

    /// <summary>The components.</summary>
    public void Deconstruct(out long x, out long y, out long z)
    {
        x = X;
        y = Y;
        z = Z;
    }

    /// <inheritdoc/>
    public bool Equals(LongIndex3D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LongIndex3D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y, Z);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y}, {Z})";

    /// <summary>Narrows; throws when a component does not fit.</summary>
    public static explicit operator Index3D(LongIndex3D index) => index.ToIntIndex();

    /// <summary>An index from a tuple.</summary>
    public static implicit operator LongIndex3D((long, long, long) values) => new(values.Item1, values.Item2, values.Item3);

    /// <summary>The component-wise sum.</summary>
    public static LongIndex3D Add(LongIndex3D first, LongIndex3D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static LongIndex3D operator +(LongIndex3D first, LongIndex3D second) => new(first.X + second.X, first.Y + second.Y, first.Z + second.Z);

    /// <summary>The component-wise difference.</summary>
    public static LongIndex3D Subtract(LongIndex3D first, LongIndex3D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static LongIndex3D operator -(LongIndex3D first, LongIndex3D second) => new(first.X - second.X, first.Y - second.Y, first.Z - second.Z);

    /// <summary>The component-wise product.</summary>
    public static LongIndex3D Multiply(LongIndex3D first, LongIndex3D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static LongIndex3D operator *(LongIndex3D first, LongIndex3D second) => new(first.X * second.X, first.Y * second.Y, first.Z * second.Z);

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex3D Divide(LongIndex3D first, LongIndex3D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex3D operator /(LongIndex3D first, LongIndex3D second) => new(first.X / second.X, first.Y / second.Y, first.Z / second.Z);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(LongIndex3D first, LongIndex3D second) => first.X == second.X && first.Y == second.Y && first.Z == second.Z;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(LongIndex3D first, LongIndex3D second) => !(first == second);
}
