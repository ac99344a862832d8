using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>What passes ask about transpositions, ONNX' and our own. Stateless.</summary>
internal static class Transpositions
{
    /// <summary>For each new dimension the old one; null when the node transposes nothing, or its rank is not known.</summary>
    public static int[]? Order(GraphNode? node) => node?.Operator is TransposeOperator transpose && node.Outputs[0].Type.Shape.IsRankKnown
        ? transpose.Order?.ToArray() ?? [.. Enumerable.Range(0, node.Outputs[0].Type.Shape.Rank).Reverse()]
        : null;

    /// <summary>A transposition.</summary>
    public static TransposeOperator Create(params ReadOnlySpan<int> order) => new(IntList.Create(order));

    /// <summary>The order that undoes another one.</summary>
    public static int[] Inverse(ReadOnlySpan<int> order)
    {
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }
}
