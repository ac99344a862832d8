using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>Infers types in a graph with sizes known at run time, by two trial bindings (see <see cref="ProbedTypes"/>). Not thread-safe.</summary>
internal sealed class ShapeProbe
{
    private const string Batch = "N";
    private readonly Dictionary<string, (int First, int Second)> _symbols = new(StringComparer.Ordinal) { [Batch] = (5, 7) };

    public ProbedTypes? Input(string name, TensorType type, IReadOnlyList<string?>? symbols)
    {
        if (!type.Shape.IsRankKnown || type.ElementType == ElementType.Undefined)
        {
            return null;
        }

        int[] first = type.Shape.ToArray(), second = type.Shape.ToArray();
        for (var i = 0; i < first.Length; i++)
        {
            if (first[i] == Shape.Any)
            {
                var symbol = symbols is not null && i < symbols.Count && !string.IsNullOrEmpty(symbols[i]) ? symbols[i]! : i == 0 ? Batch : $"{name}.{i}";
                if (!_symbols.TryGetValue(symbol, out var sizes))
                {
                    // The first ones are large enough for the windows of convolutions; no two are alike, and many together stay small.
                    var number = _symbols.Count;
                    _symbols[symbol] = sizes = number <= 2 ? (96 + (32 * number), 160 + (32 * number)) : (9 + (4 * number), 11 + (4 * number));
                }

                (first[i], second[i]) = sizes;
            }
        }

        try
        {
            return new ProbedTypes(type with { Shape = new Shape(first) }, type with { Shape = new Shape(second) });
        }
        catch (ShapeMismatchException)
        {
            // Too many elements for a trial: the run finds out with the true sizes.
            return null;
        }
    }

    /// <summary>Types of a node's outputs, as far as they can be known.</summary>
    public (IReadOnlyList<TensorType> Types, IReadOnlyList<ProbedTypes>? Probes) Infer(Operator @operator, IReadOnlyList<GraphValue?> inputs)
    {
        Tensor?[] constants = [.. inputs.Select(value => value?.Constant)];
        if (inputs.Any(value => value is { Type.IsStatic: false, Probes: null }))
        {
            return Unknown(@operator);
        }

        IReadOnlyList<TensorType> first;
        IReadOnlyList<TensorType> second;
        try
        {
            first = @operator.Infer(new OperatorInputs(@operator, [.. inputs.Select(value => value?.Probes?.First ?? value?.Type)], constants));
            second = inputs.All(value => value is null || value.Type.IsStatic)
                ? first
                : @operator.Infer(new OperatorInputs(@operator, [.. inputs.Select(value => value?.Probes?.Second ?? value?.Type)], constants));
        }
        catch (ShapeMismatchException) when (_symbols.Count > 1 && inputs.Any(value => value is { Type.IsStatic: false }))
        {
            // The trial sizes may be at fault: independent ones need not be so. The run checks again with the true ones.
            return Unknown(@operator);
        }
        catch (ShapeMismatchException exception) when (inputs.Any(value => value is { Type.IsStatic: false }))
        {
            // The message shows trial sizes where the user knows none.
            throw new ShapeMismatchException(
                $"{exception.Message} Inputs, with ? for sizes known at run time: {string.Join(", ", inputs.Select(value => $"{value}"))}.", exception);
        }

        var probes = new ProbedTypes[first.Count];
        var types = new TensorType[first.Count];
        for (var i = 0; i < probes.Length; i++)
        {
            probes[i] = new ProbedTypes(first[i], second[i]);
            types[i] = probes[i].Common() ?? TensorType.Unknown with { ElementType = first[i].ElementType };
        }

        return (types, probes.All(probe => probe.First.IsStatic && probe.Second.IsStatic) ? probes : null);
    }

    private static (IReadOnlyList<TensorType> Types, IReadOnlyList<ProbedTypes>? Probes) Unknown(Operator @operator) =>
        ([.. Enumerable.Repeat(TensorType.Unknown, @operator.OutputCount)], null);
}
