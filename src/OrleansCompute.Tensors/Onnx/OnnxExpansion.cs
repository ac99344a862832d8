using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Replaces operators of ours by ONNX' own, as far as they have such a form.</summary>
internal static class OnnxExpansion
{
    public static Graph Run(Graph graph)
    {
        if (graph.Nodes.All(node => node.Operator.Domain.Length == 0))
        {
            return graph;
        }

        var builder = new GraphBuilder();
        var map = new Dictionary<GraphValue, GraphValue>();
        foreach (var input in graph.Inputs)
        {
            map[input] = builder.AddInput(input.Name, input.Type);
        }

        foreach (var parameter in graph.Parameters)
        {
            map[parameter.Value] = builder.AdoptParameter(parameter);
        }

        GraphValue? Map(GraphValue? value) => value is null ? null
            : map.TryGetValue(value, out var mapped) ? mapped
            : map[value] = builder.AddConstant(value.Name, value.Constant!);
        foreach (var node in graph.Nodes)
        {
            GraphValue?[] inputs = [.. node.Inputs.Select(Map)];
            var outputs = (node.Operator.Domain.Length > 0 ? node.Operator.Expand(builder, inputs) : null)
                ?? builder.Apply(node.Operator, inputs, node.Name);
            for (var i = 0; i < node.Outputs.Count; i++)
            {
                map[node.Outputs[i]] = outputs[i];
            }
        }

        return builder.Build([.. graph.Outputs.Select(output => Map(output)!)]);
    }
}
