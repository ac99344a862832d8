using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Optimisers;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Replaces operators of ours, and those newer than the exported opset, by older ones of ONNX, as far as they have such a form.</summary>
internal static class OnnxExpansion
{
    /// <summary>Whether the exported opset has the operator.</summary>
    public static bool IsWritten(Operator @operator) =>
        @operator.Domain == OptimiserStepOperator.TrainingDomain
        || (@operator.Domain.Length == 0 && OperatorRegistry.Default.Find("", @operator.Name) is { SinceOpset: <= OnnxExporter.Opset });

    public static Graph Run(Graph graph)
    {
        if (graph.Nodes.All(node => IsWritten(node.Operator)))
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
            : map[value] = builder.AddConstant(value.Name, value.Constant
                ?? throw new NotSupportedException($"Value '{value.Name}' is an output that has no form in ONNX; leave it out of the exported graph."));
        foreach (var node in graph.Nodes)
        {
            GraphValue?[] inputs = [.. node.Inputs.Select(Map)];
            var outputs = (IsWritten(node.Operator) ? null : node.Operator.Expand(builder, inputs))
                ?? builder.Apply(node.Operator, inputs, node.Name);
            for (var i = 0; i < Math.Min(node.Outputs.Count, outputs.Count); i++)
            {
                map[node.Outputs[i]] = outputs[i];
            }
        }

        return builder.Build([.. graph.Outputs.Select(output => Map(output)!)]);
    }
}
