using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in one dimension, 32 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Index1D : IIntIndex<Index1D, LongIndex1D>
{
    /// <summary>All components -1.</summary>
    public static readonly Index1D Invalid = new(-1);

    /// <summary>All components 0.</summary>
    public static readonly Index1D Zero = new(0);

    /// <summary>All components 1.</summary>
    public static readonly Index1D One = new(1);

    /// <summary>An index from its components.</summary>
    public Index1D(int x)
    {
        X = x;
    }

    /// <summary>The X component.</summary>
    public int X { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0;

    /// <summary>The product of the components; see <see cref="LongSize"/> for products beyond 32 bits.</summary>
    public int Size
    {
        get
        {
            IndexTypeExtensions.AssertIntIndexRange(LongSize);
            return X;
        }
    }

    /// <summary>The product of the components.</summary>
    public long LongSize => (long)X;

    long IIndex.Size => LongSize;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.Index1D;

    /// <summary>This index with 64 bits a component.</summary>
    public LongIndex1D ToLongIndex() => new(X);

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(Index1D dimension) => X >= 0 && X < dimension.X;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(Index1D dimension) => X >= 0 && X <= dimension.X;

    /// <summary>The component-wise smaller.</summary>
    public static Index1D Min(Index1D first, Index1D second) => new(Math.Min(first.X, second.X));

    /// <summary>The component-wise larger.</summary>
    public static Index1D Max(Index1D first, Index1D second) => new(Math.Max(first.X, second.X));

    /// <summary>Every component brought into its range.</summary>
    public static Index1D Clamp(Index1D value, Index1D min, Index1D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public Index1D Add(Index1D rhs) => this + rhs;

    /// <inheritdoc/>
    public Index1D Subtract(Index1D rhs) => this - rhs;

    /// <inheritdoc/>
    public bool Equals(Index1D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index1D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X);

    /// <inheritdoc/>
    public override string ToString() => $"({X})";

    /// <summary>Widens.</summary>
    public static implicit operator LongIndex1D(Index1D index) => index.ToLongIndex();

    /// <summary>The component.</summary>
    public static implicit operator int(Index1D idx) => idx.X;

    /// <summary>An index from its component.</summary>
    public static implicit operator Index1D(int idx) => new(idx);

    /// <summary>The component, unsigned.</summary>
    public static explicit operator uint(Index1D idx) => (uint)idx.X;

    /// <summary>The component-wise sum.</summary>
    public static Index1D Add(Index1D first, Index1D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static Index1D operator +(Index1D first, Index1D second) => new(first.X + second.X);

    /// <summary>The component-wise difference.</summary>
    public static Index1D Subtract(Index1D first, Index1D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static Index1D operator -(Index1D first, Index1D second) => new(first.X - second.X);

    /// <summary>The component-wise product.</summary>
    public static Index1D Multiply(Index1D first, Index1D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static Index1D operator *(Index1D first, Index1D second) => new(first.X * second.X);

    /// <summary>The component-wise quotient.</summary>
    public static Index1D Divide(Index1D first, Index1D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static Index1D operator /(Index1D first, Index1D second) => new(first.X / second.X);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(Index1D first, Index1D second) => first.X == second.X;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(Index1D first, Index1D second) => !(first == second);
}
