using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Turns parameters into constants: weights are then packed once, and what depends on them only is computed once. Stateless.</summary>
public static class ParameterFreezer
{
    /// <summary>The same graph with the values in place of the parameters; they are copied.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="parameters">The flat vector, ParameterCount floats.</param>
    /// <exception cref="ShapeMismatchException">There are more or fewer values than parameters.</exception>
    public static Graph Freeze(Graph graph, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (parameters.Length != graph.ParameterCount)
        {
            throw new ShapeMismatchException($"Parameters [{parameters.Length}] for a graph with [{graph.ParameterCount}].");
        }

        var builder = new GraphBuilder(new Graph(graph.Inputs, [], [], [], graph.ValueCount));
        var constants = new Dictionary<GraphValue, GraphValue>();
        foreach (var parameter in graph.Parameters)
        {
            constants[parameter.Value] = builder.AddConstant(
                parameter.Name, Tensor.Of(parameter.Shape, parameters.Slice(parameter.Offset, parameter.Length)));
        }

        foreach (var node in graph.Nodes)
        {
            builder.Append(new GraphNode(
                node.Name, node.Operator, [.. node.Inputs.Select(value => value is null ? null : constants.GetValueOrDefault(value, value))], node.Outputs));
        }

        return builder.Build([.. graph.Outputs.Select(value => constants.GetValueOrDefault(value, value))]);
    }
}
