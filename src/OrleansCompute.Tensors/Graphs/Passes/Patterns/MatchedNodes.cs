namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>The nodes that a pattern takes in. They may only become one operator when nobody else wants what is computed between them. Not thread-safe.</summary>
internal sealed class MatchedNodes(GraphRewriter rewriter)
{
    private readonly HashSet<GraphNode> _nodes = [];

    /// <summary>Takes a node in; returns it.</summary>
    public GraphNode Add(GraphNode node)
    {
        _nodes.Add(node);
        return node;
    }

    /// <summary>Whether all results but the root's are used by nodes of the pattern only.</summary>
    public bool IsClosed(GraphNode root)
    {
        _nodes.Add(root);
        var uses = new Dictionary<GraphValue, int>();
        foreach (var node in _nodes)
        {
            foreach (var value in rewriter.Inputs(node))
            {
                if (value is not null)
                {
                    uses[value] = uses.GetValueOrDefault(value) + 1;
                }
            }
        }

        return _nodes.Where(node => node != root).SelectMany(node => node.Outputs).All(value =>
            !rewriter.Uses.IsOutput(value) && rewriter.Uses.Count(value) == uses.GetValueOrDefault(value));
    }
}
