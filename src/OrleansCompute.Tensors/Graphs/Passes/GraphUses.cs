namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Who uses the values of a graph. Immutable.</summary>
internal sealed class GraphUses
{
    private readonly Dictionary<GraphValue, int> _counts = [];
    private readonly HashSet<GraphValue> _outputs;

    public GraphUses(Graph graph)
    {
        _outputs = [.. graph.Outputs];
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs)
            {
                if (input is not null)
                {
                    _counts[input] = _counts.GetValueOrDefault(input) + 1;
                }
            }
        }
    }

    /// <summary>Whether a run returns the value.</summary>
    public bool IsOutput(GraphValue value) => _outputs.Contains(value);

    /// <summary>Inputs of nodes that are this value.</summary>
    public int Count(GraphValue value) => _counts.GetValueOrDefault(value);

    /// <summary>Whether one input of one node is the only use: then the value can disappear into a fusion.</summary>
    public bool IsUsedOnce(GraphValue value) => Count(value) == 1 && !_outputs.Contains(value);

    /// <summary>Whether nobody wants the value.</summary>
    public bool IsUnused(GraphValue value) => Count(value) == 0 && !_outputs.Contains(value);
}
