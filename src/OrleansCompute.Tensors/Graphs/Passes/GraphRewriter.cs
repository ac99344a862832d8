using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Writes a graph anew, node by node: a pass keeps a node, puts another in its place, or says which value stands for its result. Nodes
/// that nobody needs any more are left out at the end. Used once; not thread-safe.
/// </summary>
internal sealed class GraphRewriter
{
    private readonly Graph _graph;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<GraphValue, GraphValue> _replaced = [];
    private readonly Dictionary<GraphValue, GraphNode> _producers = [];

    public GraphRewriter(Graph graph)
    {
        _graph = graph;
        _builder = GraphBuilder.WithoutNodes(graph);
        Uses = new GraphUses(graph);
    }

    /// <summary>Uses in the graph that is rewritten.</summary>
    public GraphUses Uses { get; }

    /// <summary>Whether something differs from the graph that is rewritten.</summary>
    public bool Changed { get; private set; }

    /// <summary>The value that stands for another one now.</summary>
    public GraphValue Resolve(GraphValue value)
    {
        while (_replaced.TryGetValue(value, out var by))
        {
            value = by;
        }

        return value;
    }

    /// <summary>An input of a node as it is now; null when it is left out.</summary>
    public GraphValue? Input(GraphNode node, int index) =>
        index < node.Inputs.Count && node.Inputs[index] is { } value ? Resolve(value) : null;

    /// <summary>All inputs of a node as they are now.</summary>
    public GraphValue?[] Inputs(GraphNode node) => [.. node.Inputs.Select(value => value is null ? null : Resolve(value))];

    /// <summary>The node that computes a value now; null for inputs, parameters and constants.</summary>
    public GraphNode? Producer(GraphValue? value) => value is null ? null : _producers.GetValueOrDefault(Resolve(value));

    /// <summary>The producer of a value if it has a given name and domain.</summary>
    public GraphNode? Producer(GraphValue? value, string name, string domain = "") =>
        Producer(value) is { } node && node.Operator.Name == name && node.Operator.Domain == domain ? node : null;

    /// <summary>The producer of a value if it is a given operator.</summary>
    public (GraphNode Node, TOperator Operator)? Producer<TOperator>(GraphValue? value)
        where TOperator : Operator => Producer(value) is { Operator: TOperator match } node ? (node, match) : null;

    /// <summary>The producer of a value that nobody else uses, if it is a given operator: it can disappear into a fusion.</summary>
    public (GraphNode Node, TOperator Operator)? OnlyFor<TOperator>(GraphValue? value)
        where TOperator : Operator => value is not null && Uses.IsUsedOnce(value) ? Producer<TOperator>(value) : null;

    /// <summary>Takes a node over as it is, with its inputs as they are now.</summary>
    public void Keep(GraphNode node)
    {
        if (node.Inputs.Any(value => value is not null && _replaced.ContainsKey(value)))
        {
            node = new GraphNode(node.Name, node.Operator, Inputs(node), node.Outputs);
        }

        _builder.Append(node);
        Register(node);
    }

    /// <summary>Puts another operator in the place of a node: it computes the same values.</summary>
    public void Emit(GraphNode node, Operator @operator, params IReadOnlyList<GraphValue?> inputs) => Emit(node.Name, node.Outputs, @operator, inputs);

    /// <summary>Appends a node that computes values of the graph that is rewritten.</summary>
    public GraphNode Emit(string name, IReadOnlyList<GraphValue> outputs, Operator @operator, IReadOnlyList<GraphValue?> inputs)
    {
        Changed = true;
        var node = _builder.Emit(name, @operator, inputs, outputs);
        Register(node);
        return node;
    }

    /// <summary>Appends a new node.</summary>
    public IReadOnlyList<GraphValue> Apply(Operator @operator, params IReadOnlyList<GraphValue?> inputs)
    {
        Changed = true;
        var outputs = _builder.Apply(@operator, inputs);
        Register(_builder.Nodes[^1]);
        return outputs;
    }

    /// <summary>A new constant.</summary>
    public GraphValue Constant(string name, Tensor tensor) => _builder.AddConstant(name, tensor);

    /// <summary>Lets another value stand for a result, unless a run returns that one: then false.</summary>
    public bool TryReplace(GraphValue value, GraphValue by)
    {
        if (Uses.IsOutput(value))
        {
            return false;
        }

        Changed = true;
        _replaced[value] = Resolve(by);
        return true;
    }

    /// <summary>The graph as it is now; the same one when nothing changed and no node can go.</summary>
    public Graph Finish()
    {
        var graph = _builder.Build(_graph.Outputs);
        return Changed || graph.Nodes.Count != _graph.Nodes.Count ? graph : _graph;
    }

    private void Register(GraphNode node)
    {
        foreach (var output in node.Outputs)
        {
            _producers[output] = node;
        }
    }
}
