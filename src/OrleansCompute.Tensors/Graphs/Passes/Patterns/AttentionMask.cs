using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>The mask of attention that was written out: a value that is added, or a constant condition. Immutable.</summary>
/// <param name="Added">The value that is added; null for a constant one.</param>
/// <param name="Constant">A constant that is added.</param>
/// <param name="IsCausal">Whether it hides what lies ahead and nothing else: then there is nothing to add.</param>
/// <param name="Scale">Factor of the products below the mask.</param>
internal sealed record AttentionMask(GraphValue? Added, Tensor? Constant, bool IsCausal, double Scale)
{
    /// <summary>What is added must be this low to hide a product: exp of it is 0 beside any product of trained layers.</summary>
    private const double Hidden = -9999;

    /// <summary>Takes the mask and the factor below it off the products before a Softmax; null when there is none.</summary>
    public static AttentionMask? TakeFrom(GraphRewriter rewriter, MatchedNodes matched, ref GraphValue value)
    {
        if (rewriter.Producer(value) is not { } node)
        {
            return null;
        }

        return node.Operator switch
        {
            AddOperator => FromSum(rewriter, matched, node, ref value),
            WhereOperator => FromCondition(rewriter, matched, node, ref value),
            _ => null,
        };
    }

    /// <summary>The value to add in the graph; null for a causal mask.</summary>
    public GraphValue? Value(GraphRewriter rewriter) => IsCausal ? null : Added ?? rewriter.Constant("mask", Constant!);

    private static AttentionMask? FromSum(GraphRewriter rewriter, MatchedNodes matched, GraphNode node, ref GraphValue value)
    {
        for (var side = 0; side < 2; side++)
        {
            GraphValue products = rewriter.Input(node, side)!, mask = rewriter.Input(node, 1 - side)!;
            if (!GraphPatterns.SameShape(node, products) || !IsProduct(rewriter, products) || mask.Type.Shape is not { IsRankKnown: true, Rank: > 0 }
                || mask.Type.Shape.Rank > products.Type.Shape.Rank)
            {
                continue;
            }

            matched.Add(node);
            value = products;
            var scale = Factor(rewriter, matched, ref value);
            return new AttentionMask(mask, null, mask.Constant is { } constant && IsAhead(constant, value.Type.Shape), scale);
        }

        return null;
    }

    /// <summary>Where(condition, products, low) with a constant condition that leaves each row something: as adding 0 or minus infinity.</summary>
    private static AttentionMask? FromCondition(GraphRewriter rewriter, MatchedNodes matched, GraphNode node, ref GraphValue value)
    {
        if (rewriter.Input(node, 0)?.Constant is not { Shape.Rank: > 0 } condition)
        {
            return null;
        }

        for (var side = 1; side < 3; side++)
        {
            var products = rewriter.Input(node, side)!;
            if (rewriter.Scalar(rewriter.Input(node, 3 - side)) is not { } low || !(low <= Hidden) || !GraphPatterns.SameShape(node, products) || !IsProduct(rewriter, products)
                || condition.Shape.Rank > products.Type.Shape.Rank)
            {
                continue;
            }

            var seen = side == 1;
            var mask = Tensor.Zeros(new TensorType(ElementType.Float32, condition.Shape));
            var bits = HostElements.Reals(condition);
            var values = mask.AsSpan<float>();
            for (var i = 0; i < bits.Length; i++)
            {
                values[i] = bits[i] != 0 == seen ? 0 : float.NegativeInfinity;
            }

            if (!LeavesEachRow(values, condition.Shape[condition.Shape.Rank - 1]))
            {
                return null;
            }

            matched.Add(node);
            value = products;
            var scale = Factor(rewriter, matched, ref value);
            return new AttentionMask(null, mask, IsAhead(mask, value.Type.Shape), scale);
        }

        return null;
    }

    private static bool IsProduct(GraphRewriter rewriter, GraphValue value) =>
        rewriter.Producer(value) is { } node && (node.Operator.Name == "MatMul" || (rewriter.Scaled(node) is var (inner, _) && rewriter.Producer(inner)?.Operator.Name == "MatMul"));

    private static double Factor(GraphRewriter rewriter, MatchedNodes matched, ref GraphValue value)
    {
        if (rewriter.Producer(value) is { } node && rewriter.Scaled(node) is var (inner, factor))
        {
            matched.Add(node);
            value = inner;
            return factor;
        }

        return 1;
    }

    private static bool LeavesEachRow(ReadOnlySpan<float> values, int columns)
    {
        for (var row = 0; row < values.Length; row += columns)
        {
            if (!values.Slice(row, columns).Contains(0))
            {
                return false;
            }
        }

        return columns > 0;
    }

    /// <summary>Whether a constant is 0 for keys up to the query's own place, aligned at the end, and hides all others.</summary>
    private static bool IsAhead(Tensor mask, Shape products)
    {
        int queries = products[products.Rank - 2], keys = products[products.Rank - 1];
        if (mask.ElementType != ElementType.Float32 || mask.Shape.Rank < 2 || mask.Shape.Elements != (long)queries * keys
            || mask.Shape[mask.Shape.Rank - 1] != keys || mask.Shape[mask.Shape.Rank - 2] != queries || keys < queries || queries == 1)
        {
            return false;
        }

        var values = HostElements.Reals(mask);
        for (var i = 0; i < values.Length; i++)
        {
            var isSeen = i % keys <= (i / keys) + keys - queries;
            if (isSeen ? values[i] != 0 : !(values[i] <= Hidden))
            {
                return false;
            }
        }

        return true;
    }
}
