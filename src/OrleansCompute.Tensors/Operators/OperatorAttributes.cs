using System.Collections.Immutable;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators;

/// <summary>
/// Attributes of an operator by name, as ONNX has them: long, float, string, <see cref="Tensor"/>, <see cref="Graph"/>, or arrays of
/// long, float, string. Immutable.
/// </summary>
public sealed class OperatorAttributes
{
    /// <summary>No attributes.</summary>
    public static readonly OperatorAttributes Empty = new(ImmutableSortedDictionary<string, object>.Empty);

    private readonly ImmutableSortedDictionary<string, object> _values;

    private OperatorAttributes(ImmutableSortedDictionary<string, object> values) => _values = values;

    /// <summary>Names and values, sorted by name.</summary>
    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>The same attributes and one more; a null value adds nothing.</summary>
    /// <exception cref="ArgumentException">The value has none of the types of ONNX attributes.</exception>
    public OperatorAttributes With(string name, object? value) => value switch
    {
        null => this,
        long or float or string or Tensor or Graph or long[] or float[] or string[] => new(_values.SetItem(name, value)),
        int number => new(_values.SetItem(name, (long)number)),
        bool flag => new(_values.SetItem(name, flag ? 1L : 0L)),
        int[] numbers => new(_values.SetItem(name, Array.ConvertAll(numbers, number => (long)number))),
        _ => throw new ArgumentException($"Attribute {name} is a {value.GetType().Name}; allowed: long, float, string, Tensor, Graph, and arrays of the first three.", nameof(value)),
    };

    /// <summary>Whether there is an attribute of this name.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>An attribute that may be left out.</summary>
    /// <typeparam name="T">long, float, string, long[], float[], string[], <see cref="Tensor"/> or <see cref="Graph"/>.</typeparam>
    /// <exception cref="FormatException">The attribute has another type.</exception>
    public T Get<T>(string name, T fallback) => !_values.TryGetValue(name, out var value) ? fallback
        : value is T typed ? typed
        : throw new FormatException($"Attribute {name} is a {value.GetType().Name}; it must be a {typeof(T).Name}.");

    /// <summary>An attribute that must be there.</summary>
    /// <exception cref="FormatException">The attribute is missing, or has another type.</exception>
    public T Require<T>(string name) =>
        Has(name) ? Get<T>(name, default!) : throw new FormatException($"Attribute {name} is missing.");

    /// <summary>A number that must fit an int.</summary>
    /// <exception cref="FormatException">The attribute has another type, or does not fit.</exception>
    public int Number(string name, int fallback)
    {
        var value = Get<long>(name, fallback);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new FormatException($"Attribute {name} is {value}; it must fit 32 bits.");
    }

    /// <summary>Numbers that must fit ints; null when the attribute is left out.</summary>
    /// <exception cref="FormatException">The attribute has another type, or a number does not fit.</exception>
    public int[]? Numbers(string name) => Get<long[]?>(name, null) is not { } values ? null
        : Array.ConvertAll(values, value => value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new FormatException($"Attribute {name} has {value}; it must fit 32 bits."));

    /// <summary>For example {axis=1, keepdims=0}.</summary>
    public override string ToString() => $"{{{string.Join(", ", _values.Select(pair => $"{pair.Key}={Text(pair.Value)}"))}}}";

    private static string Text(object value) => value is Array array ? $"[{string.Join(", ", array.Cast<object>())}]" : $"{value}";
}
