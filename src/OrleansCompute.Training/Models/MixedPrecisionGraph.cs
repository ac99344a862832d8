using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models;

/// <summary>Stores the operands of products in 16 bits. The gradient of a conversion is a conversion, so gradients of operands are rounded alike. Stateless.</summary>
public static class MixedPrecisionGraph
{
    /// <summary>The same graph with conversions before Conv, Gemm, MatMul and attention; parameters stay float32, in the same order.</summary>
    /// <param name="graph">A float32 graph.</param>
    /// <param name="type">Float16 or BFloat16.</param>
    /// <exception cref="ArgumentException">The type is another one.</exception>
    public static Graph Create(Graph graph, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (type is not (ElementType.Float16 or ElementType.BFloat16))
        {
            throw new ArgumentException($"type is {type}; allowed: Float16, BFloat16.", nameof(type));
        }

        var builder = new GraphBuilder();
        var map = new Dictionary<GraphValue, GraphValue>();
        var rounded = new Dictionary<GraphValue, GraphValue>();
        foreach (var input in graph.Inputs)
        {
            map[input] = builder.AddInput(input.Name, input.Type);
        }

        foreach (var parameter in graph.Parameters.OrderBy(parameter => parameter.Offset))
        {
            map[parameter.Value] = builder.AddParameter(parameter.Name, parameter.Shape, parameter.Initializer, parameter.InitialValues, parameter.FanIn);
        }

        GraphValue Map(GraphValue value) => map.TryGetValue(value, out var mapped) ? mapped : map[value] = builder.AddConstant(value.Name, value.Constant!);
        GraphValue Round(GraphValue value) => rounded.TryGetValue(value, out var found)
            ? found
            : rounded[value] = builder.Cast(builder.Cast(Map(value), type), ElementType.Float32);
        foreach (var node in graph.Nodes)
        {
            // The third operand of Conv and Gemm is a bias, which is added to the float32 sums.
            var operands = node.Operator is AttentionOperator ? 3 : node.Operator is ConvOperator or GemmOperator or MatMulOperator ? 2 : 0;
            var inputs = node.Inputs.Select((value, i) => value is null ? null : i < operands && value.Type.ElementType == ElementType.Float32 ? Round(value) : Map(value));
            var outputs = builder.Apply(node.Operator, [.. inputs], node.Name);
            for (var i = 0; i < outputs.Count; i++)
            {
                map[node.Outputs[i]] = outputs[i];
            }
        }

        return builder.Build([.. graph.Outputs.Select(Map)]);
    }
}
