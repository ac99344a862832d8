using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>Builds a graph node by node; nodes are in topological order by construction, so there are no cycles. Not thread-safe.</summary>
public sealed class GraphBuilder
{
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphParameter> _parameters = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _valueCount;

    /// <summary>Starts an empty graph.</summary>
    public GraphBuilder()
    {
    }

    /// <summary>Continues a graph: its values keep their identity, the original is not changed.</summary>
    public GraphBuilder(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _inputs.AddRange(graph.Inputs);
        _parameters.AddRange(graph.Parameters);
        _nodes.AddRange(graph.Nodes);
        _valueCount = graph.ValueCount;
        ParameterCount = graph.ParameterCount;
        _names.UnionWith(graph.Inputs.Select(value => value.Name));
        _names.UnionWith(graph.Parameters.Select(parameter => parameter.Name));
        _names.UnionWith(graph.Nodes.SelectMany(node => node.Outputs).Select(value => value.Name));
    }

    /// <summary>Floats in the flat parameter vector so far.</summary>
    public int ParameterCount { get; private set; }

    internal IReadOnlyList<GraphNode> Nodes => _nodes;

    internal IReadOnlyList<GraphParameter> Parameters => _parameters;

    /// <summary>Adds a value that is given with each call.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public GraphValue AddInput(string name, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var value = NewValue(name, type, GraphValueKind.Input);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds a trainable tensor behind the others in the flat vector.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the shape has a batch.</exception>
    public GraphValue AddParameter(string name, Shape shape, ParameterInitializer initializer)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.HasBatch)
        {
            throw new ArgumentException($"Parameter {name} has shape {shape}; a parameter has no batch dimension.", nameof(shape));
        }

        var value = NewValue(name, new TensorType(ElementType.Float32, shape), GraphValueKind.Parameter);
        _parameters.Add(new GraphParameter(value, ParameterCount, initializer));
        ParameterCount = checked(ParameterCount + shape.Elements);
        return value;
    }

    /// <summary>Applies an operator.</summary>
    /// <param name="operator">What to compute.</param>
    /// <param name="inputs">Values of this graph, in the operator's order.</param>
    /// <param name="name">Name of the node and of its first output; made up from the operator when null.</param>
    /// <returns>The operator's outputs.</returns>
    /// <exception cref="ShapeMismatchException">The inputs do not fit the operator.</exception>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, IReadOnlyList<GraphValue> inputs, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(@operator);
        ArgumentNullException.ThrowIfNull(inputs);
        var types = @operator.Infer([.. inputs.Select(value => value.Type)]);
        name ??= FreeName(@operator.Name);
        var outputs = new GraphValue[types.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = NewValue(i == 0 ? name : FreeName($"{name}.{i}"), types[i], GraphValueKind.Computed);
        }

        _nodes.Add(new GraphNode(name, @operator, [.. inputs], outputs));
        return outputs;
    }

    /// <summary>The finished graph.</summary>
    /// <param name="outputs">Its results, at least one.</param>
    public Graph Build(params IReadOnlyList<GraphValue> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
        {
            throw new ArgumentException("A graph needs at least one output.", nameof(outputs));
        }

        return new Graph([.. _inputs], [.. _parameters], [.. _nodes], [.. outputs], ParameterCount, _valueCount);
    }

    /// <summary>Whether a name is not taken.</summary>
    internal bool IsFree(string name) => !_names.Contains(name);

    /// <summary>The name itself, or with a number when it is taken.</summary>
    internal string FreeName(string stem)
    {
        var name = stem;
        for (var i = 1; _names.Contains(name); i++)
        {
            name = $"{stem}_{i}";
        }

        return name;
    }

    private GraphValue NewValue(string name, TensorType type, GraphValueKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_names.Add(name))
        {
            throw new ArgumentException($"The graph already has a value named '{name}'; names must be unique.", nameof(name));
        }

        return new GraphValue(_valueCount++, name, type, kind);
    }
}
