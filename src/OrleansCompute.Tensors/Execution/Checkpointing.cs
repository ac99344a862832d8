using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Gradient checkpointing (Chen et al. 2016): backward nodes do not use the values of the forward pass but a second computation of them
/// from a few that are kept, so that memory holds one segment at a time. Stateless.
/// </summary>
internal static class Checkpointing
{
    /// <summary>Rewrites a training graph.</summary>
    /// <param name="graph">Forward nodes, then backward nodes.</param>
    /// <param name="last">The last forward node: the loss, whose results are kept.</param>
    /// <param name="kept">Names of the values that are kept.</param>
    public static Graph Apply(Graph graph, GraphNode last, IReadOnlyList<string> kept)
    {
        var names = new HashSet<string>(kept, StringComparer.Ordinal);
        var border = graph.Nodes.ToList().IndexOf(last);
        var forward = new Dictionary<GraphValue, GraphNode>();
        foreach (var node in graph.Nodes.Take(border))
        {
            foreach (var output in node.Outputs)
            {
                forward[output] = node;
            }
        }

        var unknown = names.Except(forward.Keys.Select(value => value.Name)).FirstOrDefault();
        if (unknown is not null)
        {
            throw new ArgumentException($"Checkpoint '{unknown}' is not a value that the model computes.", nameof(kept));
        }

        var builder = GraphBuilder.WithoutNodes(graph);
        var again = new Dictionary<GraphValue, GraphValue>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            builder.Append(i <= border ? node : new GraphNode(
                node.Name, node.Operator, [.. node.Inputs.Select(value => value is null ? null : Again(value, node))], node.Outputs));
        }

        return builder.Build(graph.Outputs);

        GraphValue Again(GraphValue value, GraphNode user)
        {
            if (!forward.TryGetValue(value, out var node) || names.Contains(value.Name) || !node.Operator.IsDeterministic)
            {
                return value;
            }

            if (!again.TryGetValue(value, out var second))
            {
                // The trigger keeps the second computation behind the gradient that needs it, whatever order the engine finds.
                var trigger = user.Inputs.FirstOrDefault(input => input is { Kind: GraphValueKind.Computed } && !forward.ContainsKey(input)) ?? last.Outputs[0];
                var inputs = node.Inputs.Select(input => input is null ? null : Behind(input, trigger, user)).ToArray();
                var outputs = builder.Apply(node.Operator, inputs, $"{node.Name}.again");
                for (var i = 0; i < outputs.Count; i++)
                {
                    again[node.Outputs[i]] = outputs[i];
                }

                second = again[value];
            }

            return second;
        }

        GraphValue Behind(GraphValue input, GraphValue trigger, GraphNode user)
        {
            var source = Again(input, user);

            // Parameters and constants may be used as they are: what differs in one input is not merged with the first computation.
            return ReferenceEquals(source, input) && input.Kind is GraphValueKind.Computed or GraphValueKind.Input
                ? builder.Apply(new BarrierOperator(), source, trigger)[0]
                : source;
        }
    }
}
