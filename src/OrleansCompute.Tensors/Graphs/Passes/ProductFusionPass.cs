using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Products with a matrix become one operator with the bias that is added to them: Gemm, MatMul and Add, and the gradient of weights
/// that all rows share.
/// </summary>
public sealed class ProductFusionPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "product-fusion";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!node.Inputs.All(value => value is null || value.Type is { IsStatic: true, ElementType: ElementType.Float32 }) || !TryFuse(rewriter, node))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryFuse(GraphRewriter rewriter, GraphNode node)
    {
        var inputs = rewriter.Inputs(node);
        switch (node.Operator)
        {
            case GemmOperator gemm:
                return TryGemm(rewriter, node, gemm, inputs);
            case MatMulOperator { TransposesLeft: false } product when inputs[0]!.Type.Shape.Rank >= 2 && inputs[1]!.Type.Shape.Rank == 2:
                rewriter.Emit(node, new FusedGemmOperator(TransposesRight: product.TransposesRight), inputs[0], inputs[1]);
                return true;
            case MatMulOperator { TransposesLeft: true } product when inputs[0]!.Type.Shape.Rank == 2 && inputs[1]!.Type.Shape.Rank == 2:
                rewriter.Emit(node, new FusedGemmOperator(1, true, product.TransposesRight), inputs[0], inputs[1]);
                return true;
            case RowsProductOperator when inputs[0]!.Type.Shape.Rank >= 2:
                rewriter.Emit(node, new FusedGemmOperator(1, TransposesLeft: true), Rows(rewriter, inputs[0]!), Rows(rewriter, inputs[1]!));
                return true;
            case AddOperator:
                return TryBias(rewriter, node, inputs[0]!, inputs[1]!) || TryBias(rewriter, node, inputs[1]!, inputs[0]!);
            default:
                return false;
        }
    }

    private static bool TryGemm(GraphRewriter rewriter, GraphNode node, GemmOperator gemm, GraphValue?[] inputs)
    {
        var fused = new FusedGemmOperator(gemm.Alpha, gemm.TransposesLeft, gemm.TransposesRight);
        var bias = inputs.Length > 2 && gemm.Beta != 0 ? inputs[2] : null;
        if (bias is null)
        {
            rewriter.Emit(node, fused, inputs[0], inputs[1]);
            return true;
        }

        if (gemm.Beta != 1 || !IsRow(bias, node.Outputs[0]))
        {
            return false;
        }

        rewriter.Emit(node, fused, inputs[0], inputs[1], Flat(rewriter, bias));
        return true;
    }

    /// <summary>A product that only this sum uses takes the other summand as its bias.</summary>
    private static bool TryBias(GraphRewriter rewriter, GraphNode node, GraphValue product, GraphValue bias)
    {
        if (!IsRow(bias, node.Outputs[0]) || product.Type != node.Outputs[0].Type
            || rewriter.OnlyFor<FusedGemmOperator>(product) is not var (producer, gemm)
            || gemm.Activation != FusedActivation.None || rewriter.Input(producer, 2) is not null)
        {
            return false;
        }

        rewriter.Emit(node, gemm, rewriter.Input(producer, 0), rewriter.Input(producer, 1), Flat(rewriter, bias));
        return true;
    }

    /// <summary>Whether the value is one row, repeated for all rows of the result.</summary>
    private static bool IsRow(GraphValue value, GraphValue result)
    {
        Shape shape = value.Type.Shape, target = result.Type.Shape;
        var columns = target.Rank > 0 ? target[target.Rank - 1] : 1;
        return target.Rank >= 1 && shape.Rank >= 1 && shape.Rank <= target.Rank && shape[shape.Rank - 1] == columns && shape.Elements == columns;
    }

    private static GraphValue Flat(GraphRewriter rewriter, GraphValue row) =>
        row.Type.Shape.Rank == 1 ? row : rewriter.Apply(new ViewOperator(new Shape(row.Type.Shape.Elements)), row)[0];

    private static GraphValue Rows(GraphRewriter rewriter, GraphValue value)
    {
        var shape = value.Type.Shape;
        var columns = shape[shape.Rank - 1];
        return shape.Rank == 2 ? value : rewriter.Apply(new ViewOperator(new Shape(shape.Product(0, shape.Rank - 1), columns)), value)[0];
    }
}
