using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>An index or extent in one dimension, 64 bits each. X is the dimension that neighbouring threads differ in.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct LongIndex1D : ILongIndex<LongIndex1D, Index1D>
{
    /// <summary>All components -1.</summary>
    public static readonly LongIndex1D Invalid = new(-1);

    /// <summary>All components 0.</summary>
    public static readonly LongIndex1D Zero = new(0);

    /// <summary>All components 1.</summary>
    public static readonly LongIndex1D One = new(1);

    /// <summary>An index from its components.</summary>
    public LongIndex1D(long x)
    {
        X = x;
    }

    /// <summary>The X component.</summary>
    public long X { get; }

    /// <summary>Whether every component is 0.</summary>
    public bool IsFirst => X == 0;

    /// <summary>The product of the components.</summary>
    public long Size => X;

    /// <inheritdoc/>
    public IndexType IndexType => IndexType.LongIndex1D;

    /// <summary>This index with 32 bits a component; throws when one does not fit.</summary>
    public Index1D ToIntIndex()
    {
        IndexTypeExtensions.AssertIntIndexRange(X);
        return new Index1D((int)X);
    }

    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    public bool InBounds(LongIndex1D dimension) => X >= 0 && X < dimension.X;

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    public bool InBoundsInclusive(LongIndex1D dimension) => X >= 0 && X <= dimension.X;

    /// <summary>The component-wise smaller.</summary>
    public static LongIndex1D Min(LongIndex1D first, LongIndex1D second) => new(Math.Min(first.X, second.X));

    /// <summary>The component-wise larger.</summary>
    public static LongIndex1D Max(LongIndex1D first, LongIndex1D second) => new(Math.Max(first.X, second.X));

    /// <summary>Every component brought into its range.</summary>
    public static LongIndex1D Clamp(LongIndex1D value, LongIndex1D min, LongIndex1D max) => Max(Min(value, max), min);

    /// <inheritdoc/>
    public LongIndex1D Add(LongIndex1D rhs) => this + rhs;

    /// <inheritdoc/>
    public LongIndex1D Subtract(LongIndex1D rhs) => this - rhs;

    /// <inheritdoc/>
    public bool Equals(LongIndex1D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LongIndex1D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X);

    /// <inheritdoc/>
    public override string ToString() => $"({X})";

    /// <summary>Narrows; throws when a component does not fit.</summary>
    public static explicit operator Index1D(LongIndex1D index) => index.ToIntIndex();

    /// <summary>The component.</summary>
    public static implicit operator long(LongIndex1D idx) => idx.X;

    /// <summary>An index from its component.</summary>
    public static implicit operator LongIndex1D(long idx) => new(idx);

    /// <summary>The component, unsigned.</summary>
    public static explicit operator ulong(LongIndex1D idx) => (ulong)idx.X;

    /// <summary>The component-wise sum.</summary>
    public static LongIndex1D Add(LongIndex1D first, LongIndex1D second) => first + second;

    /// <summary>The component-wise sum.</summary>
    public static LongIndex1D operator +(LongIndex1D first, LongIndex1D second) => new(first.X + second.X);

    /// <summary>The component-wise difference.</summary>
    public static LongIndex1D Subtract(LongIndex1D first, LongIndex1D second) => first - second;

    /// <summary>The component-wise difference.</summary>
    public static LongIndex1D operator -(LongIndex1D first, LongIndex1D second) => new(first.X - second.X);

    /// <summary>The component-wise product.</summary>
    public static LongIndex1D Multiply(LongIndex1D first, LongIndex1D second) => first * second;

    /// <summary>The component-wise product.</summary>
    public static LongIndex1D operator *(LongIndex1D first, LongIndex1D second) => new(first.X * second.X);

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex1D Divide(LongIndex1D first, LongIndex1D second) => first / second;

    /// <summary>The component-wise quotient.</summary>
    public static LongIndex1D operator /(LongIndex1D first, LongIndex1D second) => new(first.X / second.X);

    /// <summary>Whether all components are equal.</summary>
    public static bool operator ==(LongIndex1D first, LongIndex1D second) => first.X == second.X;

    /// <summary>Whether a component differs.</summary>
    public static bool operator !=(LongIndex1D first, LongIndex1D second) => !(first == second);
}
