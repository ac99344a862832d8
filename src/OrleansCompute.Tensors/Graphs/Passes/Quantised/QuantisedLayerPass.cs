using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>
/// Models in QuantizeLinear/DequantizeLinear form: a convolution or product of dequantised bytes with constant dequantised weights whose
/// result (behind a Relu, perhaps) is quantised again becomes a QLinearConv, as our own compressed models have it: one kernel on bytes. The
/// result is within one quantum, as sums of bytes are exact and rounded once. Stateless.
/// </summary>
public sealed class QuantisedLayerPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "quantised-layers";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is QuantizeLinearOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (node.Operator is not QuantizeLinearOperator { BlockSize: 0 } || QuantisedValue.Of(rewriter, node, node.Outputs[0].Type.ElementType) is not { } y
                || !(TryConvolution(rewriter, node, y) || TryProduct(rewriter, node, y)))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryConvolution(GraphRewriter rewriter, GraphNode node, QuantisedValue y)
    {
        var value = BeforeClamp(rewriter, y);
        if (rewriter.OnlyFor<ConvOperator>(value) is not var (conv, @operator) || QuantisedValue.Of(rewriter, rewriter.Input(conv, 0)) is not { } x
            || QuantisedWeights.Of(rewriter, rewriter.Input(conv, 1), 0) is not { } weights)
        {
            return false;
        }

        double[]? bias = [];
        if (rewriter.Input(conv, 2) is { } given && (bias = QuantisedWeights.Numbers(rewriter, given)) is null)
        {
            return false;
        }

        rewriter.Emit(node, new QLinearConvOperator(@operator.Options), Inputs(rewriter, conv.Name, x, x.Codes, weights, weights.Shape, bias, y));
        return true;
    }

    /// <summary>A product of rows as a convolution of images of one pixel, which has a bias.</summary>
    private static bool TryProduct(GraphRewriter rewriter, GraphNode node, QuantisedValue y)
    {
        if (DenseProduct.Of(rewriter, BeforeClamp(rewriter, y)) is not { } dense)
        {
            return false;
        }

        int depth = dense.Weights.Shape[1], units = dense.Weights.Shape[0];
        var pixels = rewriter.Apply(new ViewOperator(new Shape(dense.X.Codes.Type.Shape.Elements / depth, depth, 1, 1)), dense.X.Codes)[0];
        var result = rewriter.Apply(
            new QLinearConvOperator(new ConvolutionAttributes()), Inputs(rewriter, node.Name, dense.X, pixels, dense.Weights, new Shape(units, depth, 1, 1), dense.Bias, y))[0];
        rewriter.Emit(node, new ViewOperator(node.Outputs[0].Type.Shape), result);
        return true;
    }

    private static GraphValue?[] Inputs(
        GraphRewriter rewriter, string name, QuantisedValue x, GraphValue codes, QuantisedWeights weights, Shape shape, double[] bias, QuantisedValue y) =>
    [
        codes,
        x.ScaleValue,
        x.ZeroOrDefault(rewriter),
        weights.CodesIn(rewriter, $"{name}.weight", shape),
        rewriter.Constant($"{name}.weight_scale", Tensor.Vector<float>(weights.Scales)),
        rewriter.Constant($"{name}.weight_zero", Tensor.Zeros(new TensorType(ElementType.Int8, new Shape(weights.Scales.Length)))),
        y.ScaleValue,
        y.ZeroOrDefault(rewriter),
        bias.Length == 0 ? null : rewriter.Constant($"{name}.bias", Tensor.Vector<int>(weights.Bias(bias, x.Scale))),
    ];

    /// <summary>The value before a Relu or Clip that does what saturation does.</summary>
    private static GraphValue BeforeClamp(GraphRewriter rewriter, QuantisedValue y)
    {
        if (rewriter.OnlyFor<ReluOperator>(y.Codes) is var (relu, _) && y.Zero == y.Least)
        {
            return rewriter.Input(relu, 0)!;
        }

        if (rewriter.OnlyFor<ClipOperator>(y.Codes) is var (clip, bounds) && Bound(rewriter, clip, 1, bounds.Min) is var low && Bound(rewriter, clip, 2, bounds.Max) is var high
            && (low is null || Math.Round(low.Value / y.Scale) + y.Zero <= y.Least) && (high is null || Math.Round(high.Value / y.Scale) + y.Zero >= y.Most))
        {
            return rewriter.Input(clip, 0)!;
        }

        return y.Codes;
    }

    /// <summary>A constant bound; NaN, which no comparison admits, when it is not known.</summary>
    private static double? Bound(GraphRewriter rewriter, GraphNode clip, int input, float? attribute) =>
        rewriter.Input(clip, input) is not { } value ? attribute : value.Constant is { } constant ? constant.ToDoubles()[0] : double.NaN;
}
