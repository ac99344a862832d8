using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// Finds layer normalisation and RMS normalisation in the form that exporters write before ONNX had them (opset 17 and 23): means over the
/// last dimensions, a difference, a square, a root, a division, and factors and offsets behind. Stateless.
/// </summary>
public sealed class NormalisationPatternPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "normalisation-patterns";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var found = node.Outputs is [{ Type.ElementType: ElementType.Float32 }] && node.Operator switch
            {
                AddOperator => TryBias(rewriter, node) || TryMoments(rewriter, node),
                MulOperator => TryScale(rewriter, node) || TryNormalise(rewriter, node),
                DivOperator => TryNormalise(rewriter, node),
                _ => false,
            };
            if (!found)
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    /// <summary>d / sqrt(mean(d^2) + epsilon), where d is a difference from the mean, or not. The factor is one until <see cref="TryScale"/> finds it.</summary>
    private static bool TryNormalise(GraphRewriter rewriter, GraphNode node)
    {
        for (var side = 0; side < (node.Operator is MulOperator ? 2 : 1); side++)
        {
            var matched = new MatchedNodes(rewriter);
            if (rewriter.Input(node, side) is not { } value || rewriter.Input(node, 1 - side) is not { } spread || !GraphPatterns.SameShape(node, value)
                || Deviation(rewriter, matched, spread, node.Operator is DivOperator) is not { } sum
                || Variance(rewriter, matched, sum) is not var (squared, dimensions, epsilon) || squared != value)
            {
                continue;
            }

            var x = Centred(rewriter, matched, value, dimensions);
            var shape = value.Type.Shape;
            var sizes = new Shape(shape.Dimensions[^dimensions..]);
            if (sizes.IsStatic && matched.IsClosed(node))
            {
                rewriter.Emit(
                    node,
                    x is null ? new RmsNormalizationOperator(-dimensions, epsilon) : new LayerNormalizationOperator(-dimensions, epsilon),
                    x ?? value,
                    rewriter.Ones(sizes));
                return true;
            }
        }

        return false;
    }

    /// <summary>x m + (beta - mean m) with m = gamma / sqrt(variance + epsilon): the form of TensorFlow.</summary>
    private static bool TryMoments(GraphRewriter rewriter, GraphNode node)
    {
        for (var side = 0; side < 2; side++)
        {
            var matched = new MatchedNodes(rewriter);
            if (rewriter.Producer<MulOperator>(rewriter.Input(node, side)) is not var (product, _)
                || rewriter.Producer<SubOperator>(rewriter.Input(node, 1 - side)) is not var (offset, _)
                || rewriter.Producer<MulOperator>(rewriter.Input(offset, 1)) is not var (shift, _))
            {
                continue;
            }

            for (var order = 0; order < 4; order++)
            {
                GraphValue x = rewriter.Input(product, order & 1)!, factor = rewriter.Input(product, 1 - (order & 1))!;
                GraphValue mean = rewriter.Input(shift, order >> 1)!, beta = rewriter.Input(offset, 0)!;
                if (rewriter.Input(shift, 1 - (order >> 1)) == factor && rewriter.Producer<MulOperator>(factor) is var (scaled, _)
                    && Moments(rewriter, matched, node, x, mean, scaled) is var (gamma, dimensions, epsilon)
                    && GraphPatterns.IsOfLastDimensions(gamma, node.Outputs[0], dimensions) && GraphPatterns.IsOfLastDimensions(beta, node.Outputs[0], dimensions))
                {
                    matched.Add(product);
                    matched.Add(offset);
                    matched.Add(shift);
                    matched.Add(scaled);
                    if (matched.IsClosed(node))
                    {
                        rewriter.Emit(node, new LayerNormalizationOperator(-dimensions, epsilon), x, gamma, beta);
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static (GraphValue Gamma, int Dimensions, float Epsilon)? Moments(
        GraphRewriter rewriter, MatchedNodes matched, GraphNode root, GraphValue x, GraphValue mean, GraphNode scaled)
    {
        for (var side = 0; side < 2; side++)
        {
            if (GraphPatterns.SameShape(root, x)
                && Deviation(rewriter, matched, rewriter.Input(scaled, side)!, false) is { } sum && Variance(rewriter, matched, sum) is var (squared, dimensions, epsilon)
                && Centred(rewriter, matched, squared, dimensions) == x && rewriter.Producer(squared) is { } difference && rewriter.Input(difference, 1) == mean)
            {
                return (rewriter.Input(scaled, 1 - side)!, dimensions, epsilon);
            }
        }

        return null;
    }

    /// <summary>The value whose root, or the reciprocal of whose root, another one is.</summary>
    private static GraphValue? Deviation(GraphRewriter rewriter, MatchedNodes matched, GraphValue value, bool isDivisor)
    {
        if (rewriter.Producer(value) is not { } node)
        {
            return null;
        }

        matched.Add(node);
        if (isDivisor)
        {
            return Root(rewriter, node);
        }

        switch (node.Operator)
        {
            case MathOperator { Function: MathFunction.ReciprocalSqrt }:
                return rewriter.Input(node, 0);
            case PowOperator when rewriter.Scalar(rewriter.Input(node, 1)) is -0.5:
                return rewriter.Input(node, 0);
            case MathOperator { Function: MathFunction.Reciprocal } when rewriter.Producer(rewriter.Input(node, 0)) is { } inner:
                return Root(rewriter, matched.Add(inner));
            case DivOperator when rewriter.Scalar(rewriter.Input(node, 0)) is 1 && rewriter.Producer(rewriter.Input(node, 1)) is { } inner:
                return Root(rewriter, matched.Add(inner));
            default:
                return null;
        }
    }

    private static GraphValue? Root(GraphRewriter rewriter, GraphNode node) => node.Operator switch
    {
        MathOperator { Function: MathFunction.Sqrt } => rewriter.Input(node, 0),
        PowOperator when rewriter.Scalar(rewriter.Input(node, 1)) is 0.5 => rewriter.Input(node, 0),
        _ => null,
    };

    /// <summary>The value of whose square another one is the mean over the last dimensions, plus epsilon.</summary>
    private static (GraphValue Squared, int Dimensions, float Epsilon)? Variance(GraphRewriter rewriter, MatchedNodes matched, GraphValue sum)
    {
        if (rewriter.Producer(sum) is not { } add || rewriter.Shifted(add) is not var (mean, epsilon) || epsilon < 0
            || rewriter.Producer(mean) is not { } reduce || rewriter.LastDimensions(reduce, Reduction.Mean) is not { } dimensions
            || rewriter.Producer(rewriter.Input(reduce, 0)) is not { } square || rewriter.Squared(square) is not { } value)
        {
            return null;
        }

        matched.Add(add);
        matched.Add(reduce);
        matched.Add(square);
        return (value, dimensions, (float)epsilon);
    }

    /// <summary>The value whose difference from its mean another one is; null when it is none.</summary>
    private static GraphValue? Centred(GraphRewriter rewriter, MatchedNodes matched, GraphValue value, int dimensions)
    {
        if (rewriter.Producer<SubOperator>(value) is not var (difference, _) || rewriter.Producer(rewriter.Input(difference, 1)) is not { } mean
            || rewriter.LastDimensions(mean, Reduction.Mean) != dimensions || rewriter.Input(mean, 0) != rewriter.Input(difference, 0))
        {
            return null;
        }

        matched.Add(difference);
        matched.Add(mean);
        return rewriter.Input(difference, 0);
    }

    /// <summary>A factor for each normalised element takes the place of the ones.</summary>
    private static bool TryScale(GraphRewriter rewriter, GraphNode node)
    {
        for (var side = 0; side < 2; side++)
        {
            if (rewriter.Input(node, side) is not { } value || rewriter.Input(node, 1 - side) is not { } factor || Normalised(rewriter, value) is not var (norm, @operator, dimensions)
                || rewriter.Input(norm, 2) is not null || GraphConstants.Uniform(rewriter.Input(norm, 1), rewriter.Producer) is not 1
                || !GraphPatterns.IsOfLastDimensions(factor, value, dimensions))
            {
                continue;
            }

            rewriter.Emit(node, @operator, rewriter.Input(norm, 0), factor);
            return true;
        }

        return false;
    }

    private static bool TryBias(GraphRewriter rewriter, GraphNode node)
    {
        for (var side = 0; side < 2; side++)
        {
            if (rewriter.Input(node, side) is not { } value || rewriter.Input(node, 1 - side) is not { } bias
                || Normalised(rewriter, value) is not var (norm, @operator, dimensions) || @operator is not LayerNormalizationOperator
                || rewriter.Input(norm, 2) is not null || !GraphPatterns.IsOfLastDimensions(bias, value, dimensions))
            {
                continue;
            }

            rewriter.Emit(node, @operator, rewriter.Input(norm, 0), rewriter.Input(norm, 1), bias);
            return true;
        }

        return false;
    }

    /// <summary>A normalisation that only one node uses, its statistics nobody; with the number of its dimensions.</summary>
    private static (GraphNode Node, Operator Operator, int Dimensions)? Normalised(GraphRewriter rewriter, GraphValue value)
    {
        if (!rewriter.Uses.IsUsedOnce(value) || rewriter.Producer(value) is not { } node || node.Outputs[0] != value
            || node.Outputs.Skip(1).Any(other => !rewriter.Uses.IsUnused(other)))
        {
            return null;
        }

        var rank = value.Type.Shape.IsRankKnown ? value.Type.Shape.Rank : 0;
        return node.Operator switch
        {
            LayerNormalizationOperator layer when rank > 0 => (node, layer, layer.Axis < 0 ? -layer.Axis : rank - layer.Axis),
            RmsNormalizationOperator rms when rank > 0 => (node, rms, rms.Axis < 0 ? -rms.Axis : rank - rms.Axis),
            _ => null,
        };
    }
}
