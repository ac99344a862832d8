using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>A product of dequantised rows with constant dequantised weights, and what is added to each row. Immutable.</summary>
/// <param name="X">The rows.</param>
/// <param name="Weights">[units, depth].</param>
/// <param name="Bias">One number for each unit, or none.</param>
internal sealed record DenseProduct(QuantisedValue X, QuantisedWeights Weights, double[] Bias)
{
    /// <summary>The product that a value is; null when it is something else, or a part of it has other users.</summary>
    /// <param name="rewriter">The graph.</param>
    /// <param name="value">A value that one node uses.</param>
    public static DenseProduct? Of(GraphRewriter rewriter, GraphValue value)
    {
        if (!rewriter.Uses.IsUsedOnce(value) || rewriter.Producer(value) is not { } node)
        {
            return null;
        }

        double[] bias = [];
        if (node.Operator is AddOperator && WithBias(rewriter, node) is var (product, added))
        {
            (node, bias) = (product, added);
        }

        return Of(rewriter, node, bias);
    }

    /// <summary>The product that a node is.</summary>
    public static DenseProduct? Of(GraphRewriter rewriter, GraphNode node, double[] bias)
    {
        bool turned;
        switch (node.Operator)
        {
            case MatMulOperator { TransposesLeft: false } product when node.Inputs[1]!.Type.Shape is { IsRankKnown: true, Rank: 2 } && node.Inputs[0]!.Type.Shape.Rank >= 2:
                turned = product.TransposesRight;
                break;
            case GemmOperator { Alpha: 1, TransposesLeft: false } gemm:
                turned = gemm.TransposesRight;
                if (gemm.Beta != 0 && rewriter.Input(node, 2) is { } c)
                {
                    if (bias.Length > 0 || gemm.Beta != 1 || Row(rewriter, c, node.Outputs[0].Type.Shape) is not { } row)
                    {
                        return null;
                    }

                    bias = row;
                }

                break;
            default:
                return null;
        }

        if (QuantisedValue.Of(rewriter, rewriter.Input(node, 0)) is not { Codes.Type.IsStatic: true } x || x.Codes.Type.Shape.Elements == 0
            || QuantisedWeights.Of(rewriter, rewriter.Input(node, 1), turned ? 0 : 1) is not { } weights)
        {
            return null;
        }

        return new DenseProduct(x, turned ? weights : weights.Turned(), bias);
    }

    /// <summary>A sum of a product that nobody else uses and a constant row.</summary>
    public static (GraphNode Product, double[] Bias)? WithBias(GraphRewriter rewriter, GraphNode sum)
    {
        for (var side = 0; side < 2; side++)
        {
            if (rewriter.Input(sum, side) is { } value && rewriter.Uses.IsUsedOnce(value) && rewriter.Producer(value) is { Operator: MatMulOperator or GemmOperator } product
                && value.Type == sum.Outputs[0].Type && Row(rewriter, rewriter.Input(sum, 1 - side)!, value.Type.Shape) is { } row)
            {
                return (product, row);
            }
        }

        return null;
    }

    private static double[]? Row(GraphRewriter rewriter, GraphValue value, Shape result)
    {
        var shape = value.Type.Shape;
        var columns = result[result.Rank - 1];
        return shape.IsStatic && shape.Rank > 0 && shape.Elements == columns && shape[shape.Rank - 1] == columns ? QuantisedWeights.Numbers(rewriter, value) : null;
    }
}
