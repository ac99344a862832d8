using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in two dimensions, 32 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Index2D : IIntIndex<Index2D, LongIndex2D>
{
    /// <summary>All components -1.</summary>
    public static readonly Index2D Invalid = new(-1, -1);

    /// <summary>All components 0.</summary>
    public static readonly Index2D Zero = new(0, 0);

    /// <summary>All components 1.</summary>
    public static readonly Index2D One = new(1, 1);

    /// <summary>An index from its components.</summary>
    public Index2D(int x, int y)
    {
        X = x;
        Y = y;
    }

    /// <summary>An index with the same value in every component.</summary>
    public Index2D(int value)
        : this(value, value)
    {
    }

    /// <summary>The X component.</summary>
    public int X { get; }

    /// <summary>The Y component.</summary>
    public int Y { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0 && Y == 0;

    /// <summary>The product of the components; see <see cref="LongSize"/> for products beyond 32 bits.</summary>
    public int Size
    {
        get
        {
            IndexTypeExtensions.AssertIntIndexRange(LongSize);
            return X * Y;
        }
    }

    /// <summary>The product of the components.</summary>
    public long LongSize => (long)X * Y;

    long IIndex.Size => LongSize;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.Index2D;

    /// <summary>This index with 64 bits a component.</summary>
    public LongIndex2D ToLongIndex() => new(X, Y);

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(Index2D dimension) => X >= 0 && X < dimension.X && Y >= 0 && Y < dimension.Y;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(Index2D dimension) => X >= 0 && X <= dimension.X && Y >= 0 && Y <= dimension.Y;

    /// <summary>The component-wise smaller.</summary>
    public static Index2D Min(Index2D first, Index2D second) => new(Math.Min(first.X, second.X), Math.Min(first.Y, second.Y));

    /// <summary>The component-wise larger.</summary>
    public static Index2D Max(Index2D first, Index2D second) => new(Math.Max(first.X, second.X), Math.Max(first.Y, second.Y));

    /// <summary>Every component brought into its range.</summary>
    public static Index2D Clamp(Index2D value, Index2D min, Index2D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public Index2D Add(Index2D rhs) => this + rhs;

    /// <inheritdoc/>
    public Index2D Subtract(Index2D rhs) => this - rhs;

    /// <summary>The components as a tuple.</summary>
    public (int X, int Y) ToValueTuple() => (X, Y);

    /// <summary>The components.</summary>
    public void Deconstruct(out int x, out int y)
    {
        x = X;
        y = Y;
    }

    /// <inheritdoc/>
    public bool Equals(Index2D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index2D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y})";

    /// <summary>Widens.</summary>
    public static implicit operator LongIndex2D(Index2D index) => index.ToLongIndex();

    /// <summary>An index from a tuple.</summary>
    public static implicit operator Index2D((int, int) values) => new(values.Item1, values.Item2);

    /// <summary>The component-wise sum.</summary>
    public static Index2D Add(Index2D first, Index2D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static Index2D operator +(Index2D first, Index2D second) => new(first.X + second.X, first.Y + second.Y);

    /// <summary>The component-wise difference.</summary>
    public static Index2D Subtract(Index2D first, Index2D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static Index2D operator -(Index2D first, Index2D second) => new(first.X - second.X, first.Y - second.Y);

    /// <summary>The component-wise product.</summary>
    public static Index2D Multiply(Index2D first, Index2D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static Index2D operator *(Index2D first, Index2D second) => new(first.X * second.X, first.Y * second.Y);

    /// <summary>The component-wise quotient.</summary>
    public static Index2D Divide(Index2D first, Index2D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static Index2D operator /(Index2D first, Index2D second) => new(first.X / second.X, first.Y / second.Y);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(Index2D first, Index2D second) => first.X == second.X && first.Y == second.Y;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(Index2D first, Index2D second) => !(first == second);
}
