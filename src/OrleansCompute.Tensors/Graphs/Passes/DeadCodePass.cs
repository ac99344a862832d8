namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Leaves out nodes whose results nobody needs.</summary>
public sealed class DeadCodePass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "dead-code";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var result = graph.WithOutputs(graph.Outputs);
        return result.Nodes.Count == graph.Nodes.Count ? graph : result;
    }
}
