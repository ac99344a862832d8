using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Operators;

/// <summary>
/// Numbers of an attribute such as axes or pads, compared by value: a record that holds an array would be equal to itself only, and
/// neither common sub-expressions nor cached kernels would be found. Immutable.
/// </summary>
[CollectionBuilder(typeof(IntList), nameof(Create))]
public sealed class IntList : IReadOnlyList<int>, IEquatable<IntList>
{
    /// <summary>No numbers.</summary>
    public static readonly IntList Empty = new([]);

    private readonly ImmutableArray<int> _values;

    private IntList(ImmutableArray<int> values) => _values = values;

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public int this[int index] => _values[index];

    /// <summary>A list of these numbers.</summary>
    public static IntList Create(ReadOnlySpan<int> values) => values.IsEmpty && Empty is not null ? Empty : new IntList([.. values]);

    /// <summary>A list of these numbers; null stays null, as an attribute that is left out.</summary>
    public static IntList? From(int[]? values) => values is null ? null : Create(values);

    /// <summary>The same number again and again.</summary>
    /// <param name="value">The number.</param>
    /// <param name="count">How often, 0 or more.</param>
    public static IntList Repeat(int value, int count) => new([.. Enumerable.Repeat(value, count)]);

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<int> AsSpan() => _values.AsSpan();

    /// <summary>A copy of the numbers.</summary>
    public int[] ToArray() => [.. _values];

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(IntList? other) => other is not null && _values.AsSpan().SequenceEqual(other._values.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IntList);

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

    /// <summary>For example [1, -1].</summary>
    public override string ToString() => $"[{string.Join(", ", _values)}]";
}
