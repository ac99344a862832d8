using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>
/// Brings imported operators on bytes into the form that the 8-bit kernels take: constant weights signed with zero as their zero point,
/// QLinearMatMul as QLinearConv on images of one pixel, MatMulInteger of more than two dimensions as one of two. Exact. Stateless.
/// </summary>
public sealed class SignedWeightsPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "signed-weights";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is QLinearConvOperator or QLinearMatMulOperator or ConvIntegerOperator or MatMulIntegerOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var isDone = node.Outputs is [{ Type.IsStatic: true }] && node.Operator switch
            {
                QLinearConvOperator => TrySign(rewriter, node, 3, 5, 0),
                ConvIntegerOperator => TrySign(rewriter, node, 1, 3, 0),
                MatMulIntegerOperator => TrySign(rewriter, node, 1, 3, 1) || TryFlatten(rewriter, node),
                QLinearMatMulOperator => TryPixels(rewriter, node),
                _ => false,
            };
            if (!isDone)
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TrySign(GraphRewriter rewriter, GraphNode node, int weights, int zero, int filterAxis)
    {
        var inputs = rewriter.Inputs(node).ToList();
        var isZero = zero >= inputs.Count || inputs[zero] is null || inputs[zero]!.Constant is { } given && Array.TrueForAll(given.ToDoubles(), value => value == 0);
        if (inputs[weights]?.Constant is not { } codes || (codes.ElementType == ElementType.Int8 && isZero) || codes.Shape.Rank <= filterAxis
            || (zero < inputs.Count && inputs[zero] is { Constant: null })
            || QuantisedWeights.Signed(codes, zero < inputs.Count ? inputs[zero]?.Constant : null, filterAxis) is not { } signed)
        {
            return false;
        }

        inputs[weights] = rewriter.Constant(inputs[weights]!.Name, Tensor.Of<sbyte>(codes.Shape, signed));
        if (zero < inputs.Count && inputs[zero] is not null)
        {
            inputs[zero] = rewriter.Constant("zero", Tensor.Zeros(new TensorType(ElementType.Int8, inputs[zero]!.Type.Shape)));
        }

        rewriter.Emit(node, node.Operator, inputs);
        return true;
    }

    private static bool TryFlatten(GraphRewriter rewriter, GraphNode node)
    {
        GraphValue left = rewriter.Input(node, 0)!, right = rewriter.Input(node, 1)!;
        if (left.Type.Shape is not { Rank: > 2, Elements: > 0 } shape || right.Type.Shape.Rank != 2 || rewriter.Input(node, 2) is { Type.Shape.Elements: > 1 })
        {
            return false;
        }

        var depth = shape[shape.Rank - 1];
        var rows = rewriter.Apply(new ViewOperator(new Shape(shape.Elements / depth, depth)), left)[0];
        var sums = rewriter.Apply(node.Operator, [rows, .. rewriter.Inputs(node)[1..]])[0];
        rewriter.Emit(node, new ViewOperator(node.Outputs[0].Type.Shape), sums);
        return true;
    }

    private static bool TryPixels(GraphRewriter rewriter, GraphNode node)
    {
        var inputs = rewriter.Inputs(node);
        if (inputs[3]?.Constant is not { Shape.Rank: 2 } codes || inputs[0]!.Type.Shape is not { Rank: >= 2, Elements: > 0 } || inputs[5] is { Constant: null }
            || !(IsNumber(inputs[1]) && IsNumber(inputs[2]) && IsNumber(inputs[6]) && IsNumber(inputs[7]))
            || inputs[4]?.Constant is not { ElementType: ElementType.Float32 } scales || QuantisedWeights.Signed(codes, inputs[5]?.Constant, 1) is not { } signed)
        {
            return false;
        }

        var weights = new QuantisedWeights(signed, codes.Shape, [.. scales.ToDoubles().Select(scale => (float)scale)]).Turned();
        int units = weights.Shape[0], depth = weights.Shape[1];
        var pixels = rewriter.Apply(new ViewOperator(new Shape(inputs[0]!.Type.Shape.Elements / depth, depth, 1, 1)), inputs[0])[0];
        var result = rewriter.Apply(
            new QLinearConvOperator(new ConvolutionAttributes()),
            pixels,
            inputs[1],
            inputs[2],
            weights.CodesIn(rewriter, inputs[3]!.Name, new Shape(units, depth, 1, 1)),
            inputs[4]!.Type.Shape.Rank == 1 ? inputs[4] : rewriter.Constant(inputs[4]!.Name, Tensor.Vector<float>(weights.Scales)),
            rewriter.Constant("zero", Tensor.Zeros(new TensorType(ElementType.Int8, new Shape(weights.Scales.Length)))),
            inputs[6],
            inputs[7])[0];
        rewriter.Emit(node, new ViewOperator(node.Outputs[0].Type.Shape), result);
        return true;
    }

    private static bool IsNumber(GraphValue? value) => value is { Constant.Shape.Elements: 1 };
}
