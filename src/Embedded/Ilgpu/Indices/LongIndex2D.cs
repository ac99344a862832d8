using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in two dimensions, 64 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex2D : ILongIndex<LongIndex2D, Index2D>
{
    /// <summary>All components -1.</summary>
    public static readonly LongIndex2D Invalid = new(-1, -1);

    /// <summary>All components 0.</summary>
    public static readonly LongIndex2D Zero = new(0, 0);

    /// <summary>All components 1.</summary>
    public static readonly LongIndex2D One = new(1, 1);

    /// <summary>An index from its components.</summary>
    public LongIndex2D(long x, long y)
    {
        X = x;
        Y = y;
    }

    /// <summary>An index with the same value in every component.</summary>
    public LongIndex2D(long value)
        : this(value, value)
    {
    }

    /// <summary>The X component.</summary>
    public long X { get; }

    /// <summary>The Y component.</summary>
    public long Y { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0 && Y == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X * Y;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.LongIndex2D;

    /// <summary>This index with 32 bits a component; throws when one does not fit.</summary>
    public Index2D ToIntIndex()
    {
        IndexTypeExtensions.AssertIntIndexRange(X);
        IndexTypeExtensions.AssertIntIndexRange(Y);
        return new Index2D((int)X, (int)Y);
    }

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(LongIndex2D dimension) => X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(LongIndex2D dimension) => X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y;

    /// <summary>The component-wise smaller.</summary>
    public static LongIndex2D Min(LongIndex2D first, LongIndex2D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    /// <summary>The component-wise larger.</summary>
    public static LongIndex2D Max(LongIndex2D first, LongIndex2D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    /// <summary>Every component brought into its range.</summary>
    public static LongIndex2D Clamp(LongIndex2D value, LongIndex2D min, LongIndex2D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public LongIndex2D Add(LongIndex2D rhs) => this + rhs;

    /// <inheritdoc/>
    public LongIndex2D Subtract(LongIndex2D rhs) => this - rhs;

    /// <summary>The components as a tuple.</summary>
    public (long X, long Y) ToValueTuple() => (X, Y);

    /// <summary>The components.</summary>
    public void Deconstruct(out long x, out long y)
    {
        x = X;
        y = Y;
    }

    /// <inheritdoc/>
    public bool Equals(LongIndex2D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LongIndex2D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y})";

    /// <summary>Narrows; throws when a component does not fit.</summary>
    public static explicit operator Index2D(LongIndex2D index) => index.ToIntIndex();

    /// <summary>An index from a tuple.</summary>
    public static implicit operator LongIndex2D((long, long) values) => new(values.Item1, values.Item2);

    /// <summary>The component-wise sum.</summary>
    public static LongIndex2D Add(LongIndex2D first, LongIndex2D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static LongIndex2D operator +(LongIndex2D first, LongIndex2D second) => new(first.X + second.X, first.Y + second.Y);

    /// <summary>The component-wise difference.</summary>
    public static LongIndex2D Subtract(LongIndex2D first, LongIndex2D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static LongIndex2D operator -(LongIndex2D first, LongIndex2D second) => new(first.X - second.X, first.Y - second.Y);

    /// <summary>The component-wise product.</summary>
    public static LongIndex2D Multiply(LongIndex2D first, LongIndex2D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static LongIndex2D operator *(LongIndex2D first, LongIndex2D second) => new(first.X * second.X, first.Y * second.Y);

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex2D Divide(LongIndex2D first, LongIndex2D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex2D operator /(LongIndex2D first, LongIndex2D second) => new(first.X / second.X, first.Y / second.Y);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(LongIndex2D first, LongIndex2D second) => first.X == second.X && first.Y == second.Y;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(LongIndex2D first, LongIndex2D second) => !(first == second);
}
