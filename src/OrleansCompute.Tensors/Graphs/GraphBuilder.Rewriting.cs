using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Graphs;

/// <content>For passes: a graph is written anew from the values of another one, which keep their identity.</content>
public sealed partial class GraphBuilder
{
    /// <summary>A builder that knows all values and names of a graph, but has none of its nodes yet.</summary>
    internal static GraphBuilder WithoutNodes(Graph graph)
    {
        var builder = new GraphBuilder(graph);
        builder._nodes.Clear();
        return builder;
    }

    /// <summary>Appends a node whose inputs are in the graph already.</summary>
    internal void Append(GraphNode node) => _nodes.Add(node);

    /// <summary>Appends a node that computes values which another one computed before, in the graph that is rewritten.</summary>
    /// <exception cref="InvalidOperationException">It would compute values of other types: an error of the pass.</exception>
    internal GraphNode Emit(string name, Operator @operator, IReadOnlyList<GraphValue?> inputs, IReadOnlyList<GraphValue> outputs)
    {
        var (types, _) = _probe.Infer(@operator, inputs);
        if (types.Count < outputs.Count)
        {
            throw new InvalidOperationException($"{@operator.Name} has {types.Count} outputs; {outputs.Count} are to be computed.");
        }

        var all = new GraphValue[types.Count];
        for (var i = 0; i < all.Length; i++)
        {
            if (i >= outputs.Count)
            {
                all[i] = NewValue(UniqueName($"{name}.{i}"), types[i], GraphValueKind.Computed, null, null);
                continue;
            }

            all[i] = outputs[i];
            if (outputs[i].Type.IsStatic && types[i].IsStatic && outputs[i].Type != types[i])
            {
                throw new InvalidOperationException($"{@operator.Name} gives {types[i]} for '{outputs[i].Name}', which is {outputs[i].Type}.");
            }
        }

        var node = new GraphNode(name, @operator, [.. inputs], all);
        _nodes.Add(node);
        return node;
    }
}
