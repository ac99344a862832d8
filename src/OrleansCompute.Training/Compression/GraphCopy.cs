using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Writes a model anew, node by node; the caller may put other nodes and parameters in place of old ones. Parameters are taken over when a
/// node needs them. Used once; not thread-safe.
/// </summary>
internal sealed class GraphCopy
{
    private readonly TrainedModel _model;
    private readonly Dictionary<GraphValue, GraphParameter> _parameters;
    private readonly Dictionary<GraphValue, GraphNode> _producers = [];
    private readonly Dictionary<GraphValue, List<GraphNode>> _uses = [];
    private readonly Dictionary<GraphValue, GraphValue> _map = [];

    public GraphCopy(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Parameters.Length != model.Graph.ParameterCount)
        {
            throw new ArgumentException($"There are {model.Parameters.Length} parameter values; the graph has {model.Graph.ParameterCount}.", nameof(model));
        }

        _model = model;
        _parameters = model.Graph.Parameters.ToDictionary(parameter => parameter.Value);
        foreach (var node in model.Graph.Nodes)
        {
            foreach (var output in node.Outputs)
            {
                _producers[output] = node;
            }

            foreach (var input in node.Inputs.OfType<GraphValue>())
            {
                (_uses.TryGetValue(input, out var uses) ? uses : _uses[input] = []).Add(node);
            }
        }

        foreach (var input in model.Graph.Inputs)
        {
            _map[input] = Builder.AddInput(input.Name, input.Type);
        }
    }

    public GraphBuilder Builder { get; } = new();

    public GraphNode? Producer(GraphValue value) => _producers.GetValueOrDefault(value);

    /// <summary>The only node that uses a value which is no output of the model; else null.</summary>
    public GraphNode? OnlyUser(GraphValue value) =>
        _uses.TryGetValue(value, out var uses) && uses.Count == 1 && !_model.Graph.Outputs.Contains(value) ? uses[0] : null;

    /// <summary>The float values of a parameter or a constant; null for what is computed or given.</summary>
    public float[]? Weights(GraphValue? value) => Weights(_model, _parameters, value);

    public static float[]? Weights(TrainedModel model, IReadOnlyDictionary<GraphValue, GraphParameter> parameters, GraphValue? value) =>
        value is null ? null
        : parameters.TryGetValue(value, out var parameter) ? model.Values(parameter).ToArray()
        : value.Constant is { ElementType: ElementType.Float32 } constant ? constant.Contiguous().AsSpan<float>().ToArray()
        : null;

    /// <summary>The value of the copy that stands for one of the model.</summary>
    public GraphValue Map(GraphValue value)
    {
        if (_map.TryGetValue(value, out var mapped))
        {
            return mapped;
        }

        mapped = value.Constant is { } constant ? Builder.AddConstant(value.Name, constant)
            : _parameters.TryGetValue(value, out var parameter)
                ? Builder.AddParameter(value.Name, parameter.Shape, parameter.Initializer, Tensor.Of(parameter.Shape, _model.Values(parameter)))
            : throw new InvalidOperationException($"'{value.Name}' is used before it is computed.");
        return _map[value] = mapped;
    }

    public void Set(GraphValue value, GraphValue by) => _map[value] = by;

    public bool IsMapped(GraphValue value) => _map.ContainsKey(value);

    public GraphValue Parameter(string name, Shape shape, ReadOnlySpan<float> values) =>
        Builder.AddParameter(name, shape, ParameterInitializer.Zeros, Tensor.Of(shape, values));

    public GraphValue Apply(Operator @operator, string name, params GraphValue?[] inputs) => Builder.Apply(@operator, inputs, name)[0];

    /// <summary>Takes a node over with its inputs as they are now.</summary>
    public void Keep(GraphNode node)
    {
        var outputs = Builder.Apply(node.Operator, [.. node.Inputs.Select(value => value is null ? null : Map(value))], node.Name);
        for (var i = 0; i < outputs.Count; i++)
        {
            _map[node.Outputs[i]] = outputs[i];
        }
    }

    public TrainedModel Finish()
    {
        var graph = Builder.Build([.. _model.Graph.Outputs.Select(Map)]);
        return new TrainedModel(graph, graph.CreateParameters(new Random(1)));
    }
}
