using System.Collections.Immutable;

namespace OrleansCompute.Tensors.Shapes;

/// <summary>
/// Sizes of a tensor, the slowest first. In a graph a size, or the number of dimensions, may be known only when it runs; a tensor's
/// shape is always static. Immutable; compared by value.
/// </summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>A size that is known only when the graph runs, such as the batch; printed as ?.</summary>
    public const int Any = -1;

    /// <summary>Most dimensions.</summary>
    public const int MaxRank = 16;

    /// <summary>A shape of which not even the rank is known.</summary>
    public static readonly Shape Unknown = new();

    /// <summary>No dimensions, one element.</summary>
    public static readonly Shape Scalar = new([]);

    private readonly ImmutableArray<int> _dimensions;

    /// <summary>Creates a shape.</summary>
    /// <param name="dimensions">Up to 16 sizes, each 0 or more or <see cref="Any"/>, whose product fits an int.</param>
    /// <exception cref="ShapeMismatchException">A size, the rank or the product is outside its range.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
        {
            throw new ShapeMismatchException($"A shape has {dimensions.Length} dimensions; allowed up to {MaxRank}.");
        }

        _dimensions = [.. dimensions];
        IsRankKnown = IsStatic = true;
        long product = 1;
        var empty = dimensions.Contains(0);
        for (var i = 0; i < dimensions.Length; i++)
        {
            var size = dimensions[i];
            if (size < Any)
            {
                throw new ShapeMismatchException($"Shape [{string.Join(", ", _dimensions)}]: dimension {i} is {size}; allowed 0 or more.");
            }

            IsStatic &= size != Any;
            product = empty ? 0 : product * (size == Any ? 1 : size);
            if (product > int.MaxValue)
            {
                throw new ShapeMismatchException($"Shape {this} has more than {int.MaxValue} elements; split the tensor.");
            }
        }

        Elements = IsStatic ? (int)product : Any;
    }

    private Shape()
    {
        _dimensions = [];
        Elements = Any;
    }

    /// <summary>Whether the number of dimensions is known.</summary>
    public bool IsRankKnown { get; }

    /// <summary>Whether all sizes are known.</summary>
    public bool IsStatic { get; }

    /// <summary>Number of dimensions; 0 when it is not known.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>Number of elements, <see cref="Any"/> when a size is not known.</summary>
    public int Elements { get; }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions.AsSpan();

    /// <summary>One size.</summary>
    /// <param name="index">0 to Rank - 1.</param>
    public int this[int index] => _dimensions[index];

    /// <summary>A copy of the sizes.</summary>
    public int[] ToArray() => [.. _dimensions];

    /// <summary>Product of the sizes from one dimension to before another.</summary>
    /// <param name="start">0 to Rank.</param>
    /// <param name="end">start to Rank.</param>
    public int Product(int start, int end)
    {
        var product = 1;
        for (var i = start; i < end; i++)
        {
            product *= _dimensions[i];
        }

        return product;
    }

    /// <summary>The same shape with one size replaced.</summary>
    public Shape With(int index, int size)
    {
        var sizes = ToArray();
        sizes[index] = size;
        return new Shape(sizes);
    }

    /// <summary>Turns an axis that may count from the end into 0 to Rank - 1.</summary>
    /// <param name="axis">-Rank to Rank - 1.</param>
    /// <param name="user">Name of the operator, for the message.</param>
    /// <exception cref="ShapeMismatchException">The axis is outside its range.</exception>
    public int Axis(long axis, string user) => axis >= -Rank && axis < Rank
        ? (int)(axis < 0 ? axis + Rank : axis)
        : throw new ShapeMismatchException($"{user}: axis is {axis}; allowed for shape {this}: {-Rank} to {Rank - 1}.");

    /// <summary>Distances between neighbours along each dimension, in elements, when the last is contiguous.</summary>
    public int[] Strides()
    {
        var strides = new int[Rank];
        for (int i = Rank - 1, stride = 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(_dimensions[i], 1);
        }

        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        other is not null && IsRankKnown == other.IsRankKnown && _dimensions.AsSpan().SequenceEqual(other._dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(IsRankKnown);
        foreach (var dimension in _dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example [?, 1, 28, 28]; [...] when not even the rank is known.</summary>
    public override string ToString() => IsRankKnown ? $"[{string.Join(", ", _dimensions.Select(d => d == Any ? "?" : $"{d}"))}]" : "[...]";
}
