using System.Collections.Immutable;

namespace OrleansCompute.Tensors.Legacy.Shapes;

/// <summary>Sizes of a tensor, the slowest first; the first may be the batch, known only when a step runs. Immutable.</summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>Stands for the batch size as the first dimension; printed as N.</summary>
    public const int Batch = -1;

    /// <summary>Most dimensions.</summary>
    public const int MaxRank = 8;

    private readonly ImmutableArray<int> _dimensions;

    /// <summary>Creates a shape.</summary>
    /// <param name="dimensions">Up to 8 sizes of 1 or more, whose product fits an int; the first may be <see cref="Batch"/>.</param>
    /// <exception cref="ShapeMismatchException">A size, the rank or the product is outside its range.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        _dimensions = [.. dimensions];
        if (dimensions.Length > MaxRank)
        {
            throw new ShapeMismatchException($"Shape has {dimensions.Length} dimensions; allowed up to {MaxRank}.");
        }

        long product = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < 1 && !(i == 0 && dimensions[i] == Batch))
            {
                throw new ShapeMismatchException($"Shape {this}: dimension {i} is {dimensions[i]}; it must be at least 1.");
            }

            product *= Math.Max(dimensions[i], 1);
            if (product > int.MaxValue)
            {
                throw new ShapeMismatchException($"Shape {this} has more than {int.MaxValue} elements.");
            }
        }

        Elements = (int)product;
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>Whether the first dimension is the batch.</summary>
    public bool HasBatch => Rank > 0 && _dimensions[0] == Batch;

    /// <summary>Elements, of one sample when the first dimension is the batch.</summary>
    public int Elements { get; }

    /// <summary>The sizes.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>One size.</summary>
    /// <param name="index">0 to Rank - 1.</param>
    public int this[int index] => _dimensions[index];

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dimension in _dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example [N, 1, 28, 28].</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions.Select(d => d == Batch ? "N" : $"{d}"))}]";
}
