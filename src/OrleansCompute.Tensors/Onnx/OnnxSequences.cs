using System.Runtime.CompilerServices;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Sequences of tensors, as exporters write them for torch.split and lists: they are taken apart while a graph is read, so that only tensors
/// are left. For that their lengths, and the positions in them, must be known then; sequences as inputs, outputs or carried values of loops
/// are refused.
/// </summary>
/// <param name="builder">Gets what is left of them.</param>
/// <param name="total">Parts of all sequences of the model: each insertion keeps a list of its own, so a file of few nodes could have billions.</param>
internal sealed class OnnxSequences(GraphBuilder builder, StrongBox<int> total)
{
    private const int MaxParts = 1 << 12;
    private const int MaxTotal = 1 << 20;
    private readonly Dictionary<string, IReadOnlyList<GraphValue>> _sequences = new(StringComparer.Ordinal);

    /// <summary>Whether an operator takes or gives sequences and is taken apart.</summary>
    public static bool Has(string domain, string name) => domain.Length == 0 && name is "SequenceConstruct" or "SequenceEmpty" or "SequenceInsert"
        or "SequenceErase" or "SequenceAt" or "SequenceLength" or "SplitToSequence" or "ConcatFromSequence";

    /// <summary>Whether a name is that of a sequence.</summary>
    public bool Contains(string name) => _sequences.ContainsKey(name);

    /// <summary>Gives a sequence a second name.</summary>
    public void Copy(string from, string to) => Name(to, _sequences[from]);

    /// <summary>Takes a node apart.</summary>
    /// <param name="name">Its operator.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="inputs">Names of its inputs.</param>
    /// <param name="find">Gives a tensor by name.</param>
    /// <param name="output">Name of its output.</param>
    /// <returns>The output if it is a tensor; null when it is a sequence.</returns>
    /// <exception cref="NotSupportedException">What must be known is not.</exception>
    /// <exception cref="FormatException">A position or a size is wrong.</exception>
    public GraphValue? Apply(string name, OperatorAttributes attributes, IReadOnlyList<string> inputs, Func<string, GraphValue> find, string output)
    {
        switch (name)
        {
            case "SequenceEmpty":
                Define(output, []);
                return null;
            case "SequenceConstruct":
                Define(output, [.. inputs.Select(find)]);
                return null;
            case "SplitToSequence":
                Define(output, Split(find(inputs[0]), Optional(inputs, 1, find), attributes));
                return null;
        }

        var sequence = inputs.Count > 0 && _sequences.TryGetValue(inputs[0], out var found)
            ? found
            : throw new NotSupportedException($"Input '{(inputs.Count > 0 ? inputs[0] : null)}' is no sequence that is made in the same graph.");
        switch (name)
        {
            case "SequenceInsert":
                var longer = sequence.ToList();
                longer.Insert(Position(Optional(inputs, 2, find), sequence.Count, sequence.Count) ?? sequence.Count, find(inputs[1]));
                Define(output, longer);
                return null;
            case "SequenceErase":
                var shorter = sequence.ToList();
                shorter.RemoveAt(Position(Optional(inputs, 1, find), sequence.Count, sequence.Count - 1) ?? RequireSome(sequence) - 1);
                Define(output, shorter);
                return null;
            case "SequenceAt":
                return sequence[Position(Optional(inputs, 1, find), sequence.Count, sequence.Count - 1) ?? throw new FormatException("The position is missing.")];
            case "SequenceLength":
                return builder.Constant(Tensor.Scalar((long)sequence.Count));
            default:
                return Concat(sequence, attributes);
        }
    }

    private static GraphValue? Optional(IReadOnlyList<string> inputs, int index, Func<string, GraphValue> find) =>
        index < inputs.Count && inputs[index].Length > 0 ? find(inputs[index]) : null;

    /// <summary>A place from 0; null when it is left out. Negative ones count from the end.</summary>
    private static int? Position(GraphValue? value, int count, int last)
    {
        if (value is null)
        {
            return null;
        }

        var numbers = ConstantNumbers.Read(value.Constant ?? throw new NotSupportedException($"Position '{value.Name}' is computed; only constant positions in sequences are supported."));
        var position = numbers.Length != 1 ? long.MaxValue : numbers[0] < 0 ? numbers[0] + count : numbers[0];
        return position >= 0 && position <= last
            ? (int)position
            : throw new FormatException($"The position in a sequence of {count} is {string.Join(", ", numbers)}; allowed {-count} to {last}.");
    }

    private static int RequireSome(IReadOnlyList<GraphValue> sequence) =>
        sequence.Count > 0 ? sequence.Count : throw new FormatException("The sequence is empty.");

    private void Define(string name, IReadOnlyList<GraphValue> sequence)
    {
        if (sequence.Count > MaxParts || total.Value + sequence.Count > MaxTotal)
        {
            throw new FormatException(
                $"Sequence '{name}' has {sequence.Count} parts, {(long)total.Value + sequence.Count} with all sequences before it; allowed {MaxParts} and {MaxTotal}.");
        }

        total.Value += sequence.Count;
        Name(name, sequence);
    }

    private void Name(string name, IReadOnlyList<GraphValue> sequence)
    {
        if (!_sequences.TryAdd(name, sequence))
        {
            throw new FormatException($"Value '{name}' is defined twice.");
        }
    }

    private GraphValue Concat(IReadOnlyList<GraphValue> sequence, OperatorAttributes attributes)
    {
        var axis = checked((int)attributes.Require<long>("axis"));
        RequireSome(sequence);
        return builder.Concat(axis, [.. attributes.Number("new_axis", 0) != 0 ? sequence.Select(value => builder.Unsqueeze(value, axis)) : sequence]);
    }

    private IReadOnlyList<GraphValue> Split(GraphValue value, GraphValue? sizes, OperatorAttributes attributes)
    {
        var shape = value.Type.Shape;
        if (!shape.IsRankKnown)
        {
            throw new NotSupportedException("The number of dimensions of what is split is not known.");
        }

        var axis = shape.Axis(attributes.Number("axis", 0), "SplitToSequence");
        if (sizes is { Type.Shape: { Rank: 1, IsStatic: true, Elements: > 0 and <= MaxParts } list, Constant: null })
        {
            // As many as there are sizes, whatever they are.
            return builder.Apply(new SplitOperator(list.Elements, axis), value, sizes);
        }

        var given = sizes is null ? null
            : ConstantNumbers.Read(sizes.Constant ?? throw new NotSupportedException($"Size '{sizes.Name}' of the parts is computed; only constant ones are supported."));
        if (sizes?.Type.Shape.Rank != 1)
        {
            var part = given is null ? 1 : given.Length == 1 ? given[0] : 0;
            var all = shape[axis];
            if (all == Shape.Any || part < 1 || all / part > MaxParts)
            {
                throw new NotSupportedException($"{value} is split along dimension {axis} into parts of {part}; its size must be known, that of the parts 1 or more, and there may be {MaxParts} parts.");
            }

            given = [.. Enumerable.Range(0, (int)((all + part - 1) / part)).Select(i => Math.Min(part, all - (i * part)))];
        }

        if (given!.Length is 0 or > MaxParts)
        {
            throw new FormatException($"{value} is split into {given.Length} parts; allowed 1 to {MaxParts}.");
        }

        var parts = builder.Apply(new SplitOperator(given.Length, axis), value, builder.Constant(Tensor.Vector<long>(given)));
        return sizes is null && attributes.Number("keepdims", 1) == 0 ? [.. parts.Select(element => builder.Squeeze(element, axis))] : parts;
    }
}
