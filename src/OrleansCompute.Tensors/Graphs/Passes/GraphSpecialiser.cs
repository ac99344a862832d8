using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Binds the sizes that are known only at run time: infers node by node with the true sizes, computes what becomes constant (the chains
/// of Shape, Gather and Concat before a Reshape), and puts operators with sizes of their own in the place of those that take them from
/// another value. Thread-safe.
/// </summary>
public static class GraphSpecialiser
{
    private static readonly HashSet<string> Views = new(StringComparer.Ordinal) { "Reshape", "Flatten", "Squeeze", "Unsqueeze", "ReshapeLike" };

    /// <summary>Binds the sizes of the inputs.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="inputs">A static type for each input of the graph.</param>
    /// <param name="values">Host tensors of inputs whose values are fixed as well, such as the shape input of a model; default: none are.</param>
    /// <returns>A graph with the same inputs, parameters and outputs by name; static unless shapes depend on data.</returns>
    /// <exception cref="ShapeMismatchException">The sizes do not fit; the message names the node and the shapes.</exception>
    public static Graph Bind(Graph graph, IReadOnlyList<TensorType> inputs, IReadOnlyList<Tensor?>? values = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != graph.Inputs.Count)
        {
            throw new ShapeMismatchException($"The graph has {graph.Inputs.Count} inputs ({string.Join(", ", graph.Inputs)}); {inputs.Count} types were given.");
        }

        var builder = new GraphBuilder();
        var map = new Dictionary<GraphValue, GraphValue>();
        for (var i = 0; i < inputs.Count; i++)
        {
            RequireFit(graph.Inputs[i], inputs[i]);
            var input = builder.AddInput(graph.Inputs[i].Name, inputs[i]);
            map[graph.Inputs[i]] = values is not null && i < values.Count && values[i] is { } value
                ? builder.AddConstant($"{graph.Inputs[i].Name}.value", value)
                : input;
        }

        foreach (var parameter in graph.Parameters)
        {
            map[parameter.Value] = builder.AdoptParameter(parameter);
        }

        var outputs = new HashSet<GraphValue>(graph.Outputs);
        foreach (var node in graph.Nodes)
        {
            Add(builder, node, [.. node.Inputs.Select(value => value is null ? null : Mapped(builder, map, value))], map, outputs);
        }

        return builder.Build([.. graph.Outputs.Select(value => Mapped(builder, map, value))]);
    }

    /// <summary>Binds the batch: the first size of every input that is not known.</summary>
    /// <param name="graph">A graph whose only unknown sizes are the inputs' first.</param>
    /// <param name="batch">Samples, 0 or more.</param>
    public static Graph BindBatch(Graph graph, int batch)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        return Bind(graph, [.. graph.Inputs.Select(input => input.Type.Shape.Rank > 0 && input.Type.Shape[0] == Shape.Any
            ? input.Type with { Shape = input.Type.Shape.With(0, batch) }
            : input.Type)]);
    }

    private static GraphValue Mapped(GraphBuilder builder, Dictionary<GraphValue, GraphValue> map, GraphValue value)
    {
        if (!map.TryGetValue(value, out var mapped))
        {
            map[value] = mapped = builder.AddConstant(value.Name, value.Constant
                ?? throw new InvalidOperationException($"Value {value} is used before it is computed."));
        }

        return mapped;
    }

    private static void Add(
        GraphBuilder builder, GraphNode node, GraphValue?[] inputs, Dictionary<GraphValue, GraphValue> map, HashSet<GraphValue> outputs)
    {
        try
        {
            if (!node.Outputs.Any(outputs.Contains) && TryConstant(node.Operator, inputs) is { } constants)
            {
                for (var i = 0; i < constants.Count; i++)
                {
                    map[node.Outputs[i]] = builder.AddConstant(node.Outputs[i].Name, ConstantFoldingPass.Owned(constants[i]));
                }

                return;
            }

            var (@operator, used) = Static(node.Operator, inputs);
            if (@operator is null && !node.Outputs.Any(outputs.Contains))
            {
                map[node.Outputs[0]] = used[0]!;
                return;
            }

            var results = @operator is null ? builder.Apply(node.Operator, inputs, node.Name) : builder.Apply(@operator, used, node.Name);
            for (var i = 0; i < node.Outputs.Count; i++)
            {
                map[node.Outputs[i]] = results[i];
            }
        }
        catch (ShapeMismatchException exception)
        {
            throw new ShapeMismatchException($"Node '{node.Name}': {exception.Message}", exception);
        }
    }

    /// <summary>What is known of a node once the sizes are: the values of sizes, and results of constants.</summary>
    private static IReadOnlyList<Tensor>? TryConstant(Operator @operator, GraphValue?[] inputs)
    {
        if (@operator.Domain.Length == 0 && inputs is [{ Type.IsStatic: true } only])
        {
            var sizes = only.Type.Shape.ToArray();
            if (@operator.Name == "Shape")
            {
                int start = Clamp(@operator.Attributes.Get("start", 0L), sizes.Length), end = Clamp(@operator.Attributes.Get("end", (long)sizes.Length), sizes.Length);
                return [Tensor.Vector<long>(Array.ConvertAll(sizes[start..Math.Max(start, end)], size => (long)size))];
            }

            if (@operator.Name == "Size")
            {
                return [Tensor.Scalar<long>(only.Type.Shape.Elements)];
            }
        }

        return Array.TrueForAll(inputs, value => value is null || value.Constant is not null)
            ? GraphConstants.TryFold(@operator, Array.ConvertAll(inputs, value => value?.Constant))
            : null;
    }

    private static int Clamp(long value, int rank) => (int)Math.Clamp(value < 0 ? value + rank : value, 0, rank);

    /// <summary>The same operator with sizes of its own; null as the operator when the result is the first input itself, or nothing is to be done.</summary>
    private static (Operator? Operator, GraphValue?[] Inputs) Static(Operator @operator, GraphValue?[] inputs)
    {
        if (Array.Exists(inputs, value => value is { Type.IsStatic: false }) || inputs.Length == 0 || inputs[0] is null)
        {
            return (@operator, inputs);
        }

        var type = inputs[0]!.Type;
        switch (@operator)
        {
            case ZerosLikeOperator:
                return (new FillOperator(type, 0), []);
            case OnesLikeOperator:
                return (new FillOperator(type, 1), []);
            case SumToLikeOperator when inputs[1]!.Type.Shape.Equals(type.Shape):
                return (null, [inputs[0]]);
            case SumToLikeOperator:
                return (new SumToOperator(inputs[1]!.Type.Shape), [inputs[0]]);
            default:
                break;
        }

        if (Views.Contains(@operator.Name))
        {
            var result = @operator.Infer(new OperatorInputs(@operator, [.. inputs.Select(value => value?.Type)], [.. inputs.Select(value => value?.Constant)]))[0];
            if (result.IsStatic)
            {
                return (new ViewOperator(result.Shape), [inputs[0]]);
            }
        }

        return (@operator, inputs);
    }

    private static void RequireFit(GraphValue input, TensorType given)
    {
        var expected = input.Type;
        var fits = given.IsStatic && (expected.ElementType == given.ElementType || expected.ElementType == ElementType.Undefined)
            && (!expected.Shape.IsRankKnown || expected.Shape.Rank == given.Shape.Rank);
        for (var i = 0; fits && i < expected.Shape.Rank; i++)
        {
            fits = expected.Shape[i] == Shape.Any || expected.Shape[i] == given.Shape[i];
        }

        if (!fits)
        {
            throw new ShapeMismatchException($"Input '{input.Name}' is {given}; the graph expects {expected}.");
        }
    }
}
