using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Operators;

/// <summary>Numbers of an attribute (axes, sizes, steps). Immutable; compared by value, so that operators with equal attributes are equal.</summary>
[CollectionBuilder(typeof(IntegerList), nameof(Create))]
public sealed class IntegerList : IReadOnlyList<int>, IEquatable<IntegerList>
{
    /// <summary>No numbers.</summary>
    public static readonly IntegerList Empty = new([]);

    private readonly ImmutableArray<int> _values;

    private IntegerList(ReadOnlySpan<int> values) => _values = [.. values];

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<int> Span => _values.AsSpan();

    /// <inheritdoc/>
    public int this[int index] => _values[index];

    /// <summary>A list of the numbers; what collection expressions use.</summary>
    public static IntegerList Create(ReadOnlySpan<int> values) => values.IsEmpty ? Empty : new IntegerList(values);

    /// <summary>A list of the numbers; null stays null, for attributes that were left out.</summary>
    public static IntegerList? From(int[]? values) => values is null ? null : Create(values);

    /// <summary>The same number again and again.</summary>
    /// <param name="value">The number.</param>
    /// <param name="count">How often, 0 or more.</param>
    public static IntegerList Repeat(int value, int count)
    {
        var values = new int[count];
        Array.Fill(values, value);
        return Create(values);
    }

    /// <summary>A copy of the numbers.</summary>
    public int[] ToArray() => [.. _values];

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(IntegerList? other) => other is not null && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IntegerList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example [0, 2].</summary>

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _values)}]";
}
