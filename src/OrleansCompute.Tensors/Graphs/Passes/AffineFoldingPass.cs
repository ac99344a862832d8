using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Folds what multiplies and shifts each channel by constants (a batch normalisation of inference, Mul, Div, Add, Sub) into the constant
/// weights of the convolution or product before it; a batch normalisation that stays becomes a factor and an offset. Stateless.
/// </summary>
public sealed class AffineFoldingPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "affine-folding";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (ChannelAffine.Of(rewriter, node) is not { } affine
                || !(TryConvolution(rewriter, node, affine) || TryTransposed(rewriter, node, affine) || TryGemm(rewriter, node, affine)
                    || TryMatMul(rewriter, node, affine) || TrySum(rewriter, node, affine) || TryWrite(rewriter, node, affine)))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryConvolution(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (rewriter.OnlyFor<ConvOperator>(affine.Input) is not var (conv, @operator) || Weights(rewriter, conv) is not var (weights, bias)
            || affine.For(weights.Shape[0], 1) is not var (factors, offsets))
        {
            return false;
        }

        rewriter.Emit(
            node,
            @operator,
            rewriter.Input(conv, 0),
            Scaled(rewriter, $"{conv.Name}.weight", weights, factors, weights.Shape.Product(1, weights.Shape.Rank)),
            Shifted(rewriter, $"{conv.Name}.bias", bias, factors, offsets));
        return true;
    }

    private static bool TryTransposed(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (rewriter.OnlyFor<ConvTransposeOperator>(affine.Input) is not var (conv, @operator) || Weights(rewriter, conv) is not var (weights, bias))
        {
            return false;
        }

        // [C, M / groups, …]: input channel c of group g gives the maps of its group only.
        Shape shape = weights.Shape;
        int groups = @operator.Options.Common.Groups, maps = shape[1];
        if (affine.For(maps * groups, 1) is not var (factors, offsets))
        {
            return false;
        }

        var ofWeights = new double[shape[0] * maps];
        for (var i = 0; i < ofWeights.Length; i++)
        {
            ofWeights[i] = factors[(i / maps / (shape[0] / groups) * maps) + (i % maps)];
        }

        rewriter.Emit(
            node,
            @operator,
            rewriter.Input(conv, 0),
            Scaled(rewriter, $"{conv.Name}.weight", weights, ofWeights, shape.Product(2, shape.Rank)),
            Shifted(rewriter, $"{conv.Name}.bias", bias, factors, offsets));
        return true;
    }

    private static bool TryGemm(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (rewriter.OnlyFor<GemmOperator>(affine.Input) is not var (gemm, @operator) || rewriter.Input(gemm, 1)?.Constant is not { } weights
            || Row(rewriter.Input(gemm, 2), node.Outputs[0], @operator.Beta) is not { } bias
            || affine.For(node.Outputs[0].Type.Shape[1], 1) is not var (factors, offsets))
        {
            return false;
        }

        rewriter.Emit(
            node,
            @operator with { Beta = 1 },
            rewriter.Input(gemm, 0),
            Columns(rewriter, $"{gemm.Name}.weight", weights, factors, @operator.TransposesRight),
            Shifted(rewriter, $"{gemm.Name}.bias", bias, factors, offsets));
        return true;
    }

    /// <summary>A product without an offset takes factors only; with one it becomes a product and a sum, which the product takes in later.</summary>
    private static bool TryMatMul(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (rewriter.OnlyFor<MatMulOperator>(affine.Input) is not var (product, @operator) || rewriter.Input(product, 1)?.Constant is not { Shape.Rank: 2 } weights
            || !affine.HasFactor || Last(node, affine) is not var (factors, offsets))
        {
            return false;
        }

        var scaled = Columns(rewriter, $"{product.Name}.weight", weights, factors, @operator.TransposesRight);
        if (Array.TrueForAll(offsets, offset => offset == 0))
        {
            rewriter.Emit(node, @operator, rewriter.Input(product, 0), scaled);
            return true;
        }

        var sum = rewriter.Apply(@operator, rewriter.Input(product, 0), scaled)[0];
        rewriter.Emit(node, new AddOperator(), sum, Constant(rewriter, $"{product.Name}.bias", offsets));
        return true;
    }

    /// <summary>A product with an added row: factors go into both.</summary>
    private static bool TrySum(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (rewriter.OnlyFor<AddOperator>(affine.Input) is not var (add, _) || Last(node, affine) is not var (factors, offsets))
        {
            return false;
        }

        for (var side = 0; side < 2; side++)
        {
            if (rewriter.Input(add, side) is { } value && value.Type == node.Outputs[0].Type && rewriter.OnlyFor<MatMulOperator>(value) is var (product, @operator)
                && rewriter.Input(product, 1)?.Constant is { Shape.Rank: 2 } weights && Row(rewriter.Input(add, 1 - side), node.Outputs[0], 1) is { } bias)
            {
                var scaled = rewriter.Apply(
                    @operator, rewriter.Input(product, 0), affine.HasFactor ? Columns(rewriter, $"{product.Name}.weight", weights, factors, @operator.TransposesRight) : rewriter.Input(product, 1))[0];
                rewriter.Emit(node, new AddOperator(), scaled, Shifted(rewriter, $"{product.Name}.bias", bias, factors, offsets));
                return true;
            }
        }

        return false;
    }

    /// <summary>A batch normalisation with nothing before it to fold into: a factor and an offset, which fuse with what follows.</summary>
    private static bool TryWrite(GraphRewriter rewriter, GraphNode node, ChannelAffine affine)
    {
        if (node.Operator is not BatchNormalizationOperator || affine.For(affine.Channels, 1) is not var (factors, offsets))
        {
            return false;
        }

        var shape = new Shape([affine.Channels, .. Enumerable.Repeat(1, affine.Input.Type.Shape.Rank - 2)]);
        var scaled = rewriter.Apply(new MulOperator(), affine.Input, Constant(rewriter, $"{node.Name}.scale", factors, shape))[0];
        rewriter.Emit(node, new AddOperator(), scaled, Constant(rewriter, $"{node.Name}.offset", offsets, shape));
        return true;
    }

    private static (double[] Factors, double[] Offsets)? Last(GraphNode node, ChannelAffine affine)
    {
        var shape = node.Outputs[0].Type.Shape;
        return shape.Rank >= 2 ? affine.For(shape[shape.Rank - 1], shape.Rank - 1) : null;
    }

    /// <summary>Constant weights, and the bias as it is, zeros if there is none; null when they are not known.</summary>
    private static (Tensor Weights, double[] Bias)? Weights(GraphRewriter rewriter, GraphNode conv)
    {
        if (rewriter.Input(conv, 1)?.Constant is not { ElementType: ElementType.Float32 } weights)
        {
            return null;
        }

        var bias = rewriter.Input(conv, 2);
        return bias is null ? (weights, []) : bias.Constant is { } constant ? (weights, constant.ToDoubles()) : null;
    }

    /// <summary>A constant that is one row for all rows of a matrix, times a factor; empty when there is none, null when it is something else.</summary>
    private static double[]? Row(GraphValue? value, GraphValue result, double factor)
    {
        if (value is null || factor == 0)
        {
            return [];
        }

        var columns = result.Type.Shape[result.Type.Shape.Rank - 1];
        return value.Constant is { } row && row.Shape.Rank > 0 && row.Shape.Elements == columns && row.Shape[row.Shape.Rank - 1] == columns
            ? Array.ConvertAll(row.ToDoubles(), number => number * factor)
            : null;
    }

    private static GraphValue Scaled(GraphRewriter rewriter, string name, Tensor weights, double[] factors, int inner)
    {
        var values = weights.ToDoubles();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= factors[i / inner];
        }

        return Constant(rewriter, name, values, weights.Shape);
    }

    /// <summary>[K, N] or [N, K] with a factor for each of the N.</summary>
    private static GraphValue Columns(GraphRewriter rewriter, string name, Tensor weights, double[] factors, bool isTransposed)
    {
        if (isTransposed)
        {
            return Scaled(rewriter, name, weights, factors, weights.Shape[1]);
        }

        var values = weights.ToDoubles();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= factors[i % factors.Length];
        }

        return Constant(rewriter, name, values, weights.Shape);
    }

    private static GraphValue Shifted(GraphRewriter rewriter, string name, double[] bias, double[] factors, double[] offsets) =>
        Constant(rewriter, name, [.. offsets.Select((offset, i) => offset + (bias.Length == 0 ? 0 : bias[i] * factors[i]))]);

    private static GraphValue Constant(GraphRewriter rewriter, string name, double[] values, Shape? shape = null) =>
        rewriter.Constant(name, Tensor.Of<float>(shape ?? new Shape(values.Length), Array.ConvertAll(values, value => (float)value)));
}
