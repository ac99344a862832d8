using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>
/// Models in QuantizeLinear/DequantizeLinear form: products and convolutions whose results stay float32 (the last layer of a classifier)
/// become MatMulInteger or ConvInteger with a scale and a bias behind. Follows <see cref="QuantisedLayerPass"/>, which takes those that are
/// quantised again. Stateless.
/// </summary>
public sealed class QuantisedProductPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "quantised-products";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is DequantizeLinearOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!(node.Operator is ConvOperator ? TryConvolution(rewriter, node) : TryProduct(rewriter, node)))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryProduct(GraphRewriter rewriter, GraphNode node)
    {
        if (node.Operator is not (MatMulOperator or GemmOperator) || node.Outputs[0].Type is not { IsStatic: true, ElementType: ElementType.Float32 }
            || DenseProduct.Of(rewriter, node, []) is not { } dense)
        {
            return false;
        }

        var weights = dense.Weights.Turned();
        int depth = weights.Shape[0], units = weights.Shape[1];
        var rows = rewriter.Apply(new ViewOperator(new Shape(dense.X.Codes.Type.Shape.Elements / depth, depth)), dense.X.Codes)[0];
        var sums = rewriter.Apply(new MatMulIntegerOperator(), rows, weights.CodesIn(rewriter, $"{node.Name}.weight"), dense.X.ZeroOrDefault(rewriter))[0];
        Finish(rewriter, node, sums, weights.Scales, dense.X.Scale, dense.Bias, new Shape(units));
        return true;
    }

    private static bool TryConvolution(GraphRewriter rewriter, GraphNode node)
    {
        if (node.Outputs[0].Type is not { IsStatic: true, ElementType: ElementType.Float32 } || QuantisedValue.Of(rewriter, rewriter.Input(node, 0)) is not { } x
            || QuantisedWeights.Of(rewriter, rewriter.Input(node, 1), 0) is not { } weights)
        {
            return false;
        }

        double[]? bias = [];
        if (rewriter.Input(node, 2) is { } given && (bias = QuantisedWeights.Numbers(rewriter, given)) is null)
        {
            return false;
        }

        var sums = rewriter.Apply(
            new ConvIntegerOperator(((ConvOperator)node.Operator).Options), x.Codes, weights.CodesIn(rewriter, $"{node.Name}.weight"), x.ZeroOrDefault(rewriter))[0];
        Finish(rewriter, node, sums, weights.Scales, x.Scale, bias, new Shape([weights.Shape[0], .. Enumerable.Repeat(1, weights.Shape.Rank - 2)]));
        return true;
    }

    /// <summary>sums * scale + bias, in the shape of the node's result.</summary>
    private static void Finish(GraphRewriter rewriter, GraphNode node, GraphValue sums, float[] scales, double scale, double[] bias, Shape perFilter)
    {
        var numbers = rewriter.Apply(new CastOperator(ElementType.Float32), sums)[0];
        var factors = rewriter.Constant($"{node.Name}.scale", Tensor.Of<float>(perFilter, [.. scales.Select(filter => (float)(filter * scale))]));
        var target = node.Outputs[0].Type.Shape;
        Operator last = new MulOperator();
        GraphValue[] inputs = [numbers, factors];
        if (bias.Length > 0)
        {
            inputs = [rewriter.Apply(last, inputs)[0], rewriter.Constant($"{node.Name}.bias", Tensor.Of<float>(perFilter, [.. bias.Select(value => (float)value)]))];
            last = new AddOperator();
        }

        if (sums.Type.Shape.Equals(target))
        {
            rewriter.Emit(node, last, inputs);
            return;
        }

        rewriter.Emit(node, new ViewOperator(target), rewriter.Apply(last, inputs)[0]);
    }
}
