using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>
/// Writes quantised layers as other runtimes expect them: float convolutions and products between DequantizeLinear and QuantizeLinear, in
/// place of QLinearConv and MatMulInteger with a factor behind. For export; <see cref="GraphOptimiser.Quantised"/> turns it back. Stateless.
/// </summary>
public sealed class QdqExpansionPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "qdq-expansion";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!(node.Operator is QLinearConvOperator ? TryConvolution(rewriter, node) : node.Operator is MulOperator && TryProduct(rewriter, node)))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryConvolution(GraphRewriter rewriter, GraphNode node)
    {
        var inputs = rewriter.Inputs(node);
        if (inputs[1]?.Constant is not { } inputScale || inputs[4]?.Constant is not { } filterScales)
        {
            return false;
        }

        var x = rewriter.Apply(new DequantizeLinearOperator(), inputs[0], inputs[1], inputs[2])[0];
        var weights = rewriter.Apply(new DequantizeLinearOperator(0), inputs[3], inputs[4], inputs[5])[0];
        GraphValue? bias = null;
        if (inputs.Length > 8 && inputs[8] is { } codes)
        {
            var scale = (float)inputScale.ToDoubles()[0];
            var scales = Array.ConvertAll(filterScales.ToDoubles(), filter => (float)filter * scale);
            bias = rewriter.Apply(
                new DequantizeLinearOperator(0), codes, rewriter.Constant($"{node.Name}.bias_scale", scales.Length == 1 ? Tensor.Scalar(scales[0]) : Tensor.Vector<float>(scales)))[0];
        }

        var map = rewriter.Apply(new ConvOperator(((QLinearConvOperator)node.Operator).Options), bias is null ? [x, weights] : [x, weights, bias])[0];
        rewriter.Emit(node, new QuantizeLinearOperator(), map, inputs[6], inputs[7]);
        return true;
    }

    private static bool TryProduct(GraphRewriter rewriter, GraphNode node)
    {
        if (rewriter.OnlyFor<CastOperator>(rewriter.Input(node, 0)) is not var (cast, _) || rewriter.Input(node, 1)?.Constant is not { Shape.Rank: 1 } factors
            || rewriter.OnlyFor<MatMulIntegerOperator>(rewriter.Input(cast, 0)) is not var (product, _) || rewriter.Input(product, 3) is not null
            || Scale(rewriter, rewriter.Input(product, 0)) is not { } scale)
        {
            return false;
        }

        var scales = Tensor.Vector<float>(Array.ConvertAll(factors.ToDoubles(), factor => (float)(factor / scale)));
        var zero = rewriter.Input(product, 2) ?? rewriter.Constant("zero", Tensor.Zeros(new TensorType(product.Inputs[0]!.Type.ElementType, Shape.Scalar)));
        var x = rewriter.Apply(new DequantizeLinearOperator(), rewriter.Input(product, 0), rewriter.Constant($"{product.Name}.x_scale", Tensor.Scalar((float)scale)), zero)[0];
        var weights = rewriter.Apply(new DequantizeLinearOperator(1), rewriter.Input(product, 1), rewriter.Constant($"{product.Name}.weight_scale", scales))[0];
        rewriter.Emit(node, new MatMulOperator(), x, weights);
        return true;
    }

    /// <summary>The scale with which bytes were quantised, through what only moves them.</summary>
    private static double? Scale(GraphRewriter rewriter, GraphValue? value)
    {
        while (rewriter.Producer(value) is { } node)
        {
            switch (node.Operator)
            {
                case QuantizeLinearOperator:
                    return rewriter.Input(node, 1)?.Constant is { Shape.Elements: 1 } scale ? scale.ToDoubles()[0] : null;
                case QLinearConvOperator:
                    return rewriter.Input(node, 6)?.Constant is { Shape.Elements: 1 } output ? output.ToDoubles()[0] : null;
                case MaxPoolOperator or FlattenOperator or ReshapeOperator or IdentityOperator or SqueezeOperator or UnsqueezeOperator or TransposeOperator:
                    value = rewriter.Input(node, 0);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
