using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>
/// Builds a graph node by node: lazy execution. Nodes are in topological order by construction, so there are no cycles; shapes are
/// checked as nodes are added. Not thread-safe.
/// </summary>
public sealed partial class GraphBuilder : IOperatorTarget<GraphValue>
{
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphParameter> _parameters = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _suffixes = new(StringComparer.Ordinal);
    private readonly ShapeProbe _probe = new();
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
        _names.UnionWith(graph.Nodes.SelectMany(node => node.Inputs).OfType<GraphValue>().Select(value => value.Name));
        _names.UnionWith(graph.Nodes.SelectMany(node => node.Outputs).Select(value => value.Name));
    }

    /// <summary>Floats in the flat parameter vector so far.</summary>
    public int ParameterCount { get; private set; }

    /// <summary>Nodes so far.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Parameters so far.</summary>
    public IReadOnlyList<GraphParameter> Parameters => _parameters;

    /// <summary>Adds a value that is given with each call.</summary>
    /// <param name="name">Unique name.</param>
    /// <param name="type">Its type; a first size of <see cref="Shape.Any"/> is the batch, the same for all inputs.</param>
    /// <param name="symbols">Names of the sizes known at run time, by dimension; equal names are equal sizes. Default: the first is the batch N, others are independent.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public GraphValue AddInput(string name, TensorType type, IReadOnlyList<string?>? symbols = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        var value = NewValue(name, type, GraphValueKind.Input, null, _probe.Input(name, type, symbols));
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds a trainable float32 tensor behind the others in the flat vector.</summary>
    /// <param name="name">Unique name.</param>
    /// <param name="shape">Static shape.</param>
    /// <param name="initializer">How it starts.</param>
    /// <param name="initialValues">Values to start with instead.</param>
    /// <param name="fanIn">Inputs of the layer that it belongs to, for a bias; 0: as its shape tells.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape is not static.</exception>
    public GraphValue AddParameter(string name, Shape shape, ParameterInitializer initializer, Tensor? initialValues = null, int fanIn = 0)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!shape.IsStatic)
        {
            throw new ArgumentException($"Parameter {name} has shape {shape}; all its sizes must be known.", nameof(shape));
        }

        var type = new TensorType(ElementType.Float32, shape);
        if (initialValues is not null && initialValues.Type != type)
        {
            throw new ArgumentException($"Parameter {name} is {type}; its initial values are {initialValues}.", nameof(initialValues));
        }

        var value = NewValue(name, type, GraphValueKind.Parameter, null, new ProbedTypes(type, type));
        _parameters.Add(new GraphParameter(value, ParameterCount, initializer, initialValues, fanIn));
        ParameterCount = checked(ParameterCount + shape.Elements);
        return value;
    }

    /// <summary>Takes over a parameter of another graph with its place in the flat vector: for passes that rewrite graphs.</summary>
    internal GraphValue AdoptParameter(GraphParameter parameter)
    {
        var value = NewValue(parameter.Name, parameter.Value.Type, GraphValueKind.Parameter, null, new ProbedTypes(parameter.Value.Type, parameter.Value.Type));
        _parameters.Add(parameter with { Value = value });
        ParameterCount = Math.Max(ParameterCount, parameter.Offset + parameter.Length);
        return value;
    }

    /// <inheritdoc/>
    public GraphValue Constant(Tensor tensor) => AddConstant("constant", tensor);

    /// <summary>Adds a value that never changes.</summary>
    /// <param name="name">Name; made unique by a number when it is taken.</param>
    /// <param name="tensor">Host tensor; it must not change afterwards.</param>
    public GraphValue AddConstant(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return NewValue(UniqueName(name), tensor.Type, GraphValueKind.Constant, tensor, new ProbedTypes(tensor.Type, tensor.Type));
    }

    /// <inheritdoc/>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, params IReadOnlyList<GraphValue?> inputs) => Apply(@operator, inputs, null);

    /// <summary>Applies an operator and names the results.</summary>
    /// <param name="operator">What to compute.</param>
    /// <param name="inputs">Inputs; null where an optional one is left out.</param>
    /// <param name="name">Name of the node and its first output; made unique by a number. Default: the operator's name.</param>
    /// <exception cref="ShapeMismatchException">The inputs do not fit; the message names the operator and the shapes.</exception>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, IReadOnlyList<GraphValue?> inputs, string? name)
    {
        ArgumentNullException.ThrowIfNull(@operator);
        ArgumentNullException.ThrowIfNull(inputs);
        var (types, probes) = _probe.Infer(@operator, inputs);
        var unique = UniqueName(name ?? @operator.Name);
        var outputs = new GraphValue[types.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = NewValue(i == 0 ? unique : UniqueName($"{unique}.{i}"), types[i], GraphValueKind.Computed, null, probes?[i]);
        }

        _nodes.Add(new GraphNode(unique, @operator, [.. inputs], outputs));
        return outputs;
    }

    /// <summary>The graph so far; the builder can go on.</summary>
    /// <param name="outputs">Values of this graph that a run returns; nodes that they do not need are left out.</param>
    public Graph Build(params IReadOnlyList<GraphValue> outputs) =>
        new Graph([.. _inputs], [.. _parameters], [.. _nodes], [.. outputs], _valueCount).WithOutputs(outputs);

    /// <summary>A name that no value has, made of the given one.</summary>
    internal string FreeName(string name)
    {
        while (_names.Contains(name))
        {
            name += "_";
        }

        return name;
    }

    private GraphValue NewValue(string name, TensorType type, GraphValueKind kind, Tensor? constant, ProbedTypes? probes)
    {
        if (kind is GraphValueKind.Input or GraphValueKind.Parameter && !_names.Add(name))
        {
            throw new ArgumentException($"A graph cannot have two values named '{name}'.", nameof(name));
        }

        return new GraphValue(_valueCount++, name, type, kind, constant, probes);
    }

    private string UniqueName(string name)
    {
        if (_names.Add(name))
        {
            return name;
        }

        // Goes on where the last search for this name ended: a file full of taken names must not make each one search through all.
        var i = Math.Max(_suffixes.GetValueOrDefault(name), _valueCount);
        string unique;
        do
        {
            unique = $"{name}_{i++}";
        }
        while (!_names.Add(unique));
        _suffixes[name] = i;
        return unique;
    }
}
