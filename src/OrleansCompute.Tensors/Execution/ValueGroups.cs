using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Values of a static graph that share memory: views with what they show, in-place results with what they overwrite. Each group is fixed
/// (an input, a parameter, a constant, memory that the caller gave) or has a place in the arena. Used once; not thread-safe.
/// </summary>
internal sealed class ValueGroups
{
    private readonly Graph _graph;
    private readonly Dictionary<GraphValue, GraphValue> _parents = [];
    private readonly Dictionary<GraphValue, Tensor> _fixed = [];
    private readonly Dictionary<GraphValue, int> _last = [];
    private readonly Dictionary<GraphValue, int> _first = [];
    private readonly Dictionary<GraphValue, int> _producers = [];
    private readonly List<int> _copied = [];

    /// <summary>Finds the groups.</summary>
    /// <param name="graph">A static graph.</param>
    /// <param name="known">Memory of inputs, parameters and constants.</param>
    /// <param name="results">Memory that the caller wants for outputs; null where any will do. As many as there are outputs.</param>
    public ValueGroups(Graph graph, IReadOnlyDictionary<GraphValue, Tensor> known, IReadOnlyList<Tensor?> results)
    {
        _graph = graph;
        foreach (var (value, tensor) in known)
        {
            _fixed[value] = tensor;
        }

        for (var step = 0; step < graph.Nodes.Count; step++)
        {
            foreach (var value in graph.Nodes[step].Outputs)
            {
                _first[value] = _last[value] = _producers[value] = step;
            }

            foreach (var value in graph.Nodes[step].Inputs.OfType<GraphValue>())
            {
                _last[value] = step;
            }
        }

        foreach (var output in graph.Outputs)
        {
            _last[output] = graph.Nodes.Count;
        }

        foreach (var node in graph.Nodes.Where(IsView))
        {
            Join(node.Inputs[0]!, node.Outputs[0]);
        }

        for (var i = 0; i < results.Count; i++)
        {
            if (results[i] is { } memory)
            {
                Bind(i, memory);
            }
        }

        InPlace();
    }

    /// <summary>Outputs whose value lies elsewhere and is copied to the caller's memory at the end.</summary>
    public IReadOnlyList<int> Copied => _copied;

    /// <summary>Whether a node only shows its input under another shape: it needs no kernel.</summary>
    public static bool IsView(GraphNode node) => node.Operator is ViewOperator or BarrierOperator
        || (node.Operator is { Name: "Identity", Domain: "" } && node.Inputs[0]!.Type == node.Outputs[0].Type);

    /// <summary>The value that stands for the group.</summary>
    public GraphValue Root(GraphValue value)
    {
        while (_parents.TryGetValue(value, out var parent))
        {
            value = parent;
        }

        return value;
    }

    /// <summary>Fixed memory of the group, null when it is in the arena.</summary>
    public Tensor? Fixed(GraphValue value) => _fixed.GetValueOrDefault(Root(value));

    /// <summary>The step that writes the group first.</summary>
    public int First(GraphValue value) => _first[Root(value)];

    /// <summary>The last step that uses the group; the number of nodes for outputs.</summary>
    public int Last(GraphValue value) => _last[Root(value)];

    /// <summary>The step after which a value is there; -1 when it is from the start.</summary>
    public int ReadyAfter(GraphValue value)
    {
        while (_producers.TryGetValue(value, out var step) && IsView(_graph.Nodes[step]))
        {
            value = _graph.Nodes[step].Inputs[0]!;
        }

        return _producers.GetValueOrDefault(value, -1);
    }

    private void Bind(int output, Tensor memory)
    {
        var root = Root(_graph.Outputs[output]);
        if (root.Kind != GraphValueKind.Computed || !_fixed.TryAdd(root, memory))
        {
            _copied.Add(output);
        }
    }

    private void InPlace()
    {
        for (var step = 0; step < _graph.Nodes.Count; step++)
        {
            var node = _graph.Nodes[step];
            if (IsView(node) || Fixed(node.Outputs[0]) is not null)
            {
                continue;
            }

            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } input && Root(input).Kind == GraphValueKind.Computed && Fixed(input) is null
                    && Last(input) == step && InPlaceRules.Allows(node, i))
                {
                    Join(input, node.Outputs[0]);
                    break;
                }
            }
        }
    }

    private void Join(GraphValue shown, GraphValue other)
    {
        var root = Root(shown);
        _last[root] = Math.Max(_last[root], Last(other));
        _parents[other] = root;
    }
}
