using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// Finds scaled dot-product attention written as MatMul, Mul or Div by a number (of the products, the queries or the keys), an added mask or
/// a Where with a constant condition, Softmax, and MatMul: over [batch, heads, T, d], or [batch * heads, T, d] as PyTorch writes
/// nn.MultiheadAttention. A constant mask that hides what lies ahead becomes the operator's own. Keys and values that were repeated for the
/// heads that share them, or that one head has for all, are taken as they are. Stateless.
/// </summary>
public sealed class AttentionPatternPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "attention-patterns";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is SoftmaxOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (node.Operator is not MatMulOperator { TransposesLeft: false, TransposesRight: false } || node.Outputs[0].Type.ElementType != ElementType.Float32 || !TryFind(rewriter, node))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryFind(GraphRewriter rewriter, GraphNode node)
    {
        var rank = node.Outputs[0].Type.Shape.IsRankKnown ? node.Outputs[0].Type.Shape.Rank : 0;
        if (rank is not (3 or 4) || rewriter.Producer<SoftmaxOperator>(rewriter.Input(node, 0)) is not var (softmax, how)
            || how.IsFlat || (how.Axis != -1 && how.Axis != rank - 1))
        {
            return false;
        }

        var matched = new MatchedNodes(rewriter);
        matched.Add(softmax);
        var value = rewriter.Input(softmax, 0)!;
        var scale = Unscale(rewriter, matched, ref value);
        var mask = AttentionMask.TakeFrom(rewriter, matched, ref value);
        if (mask is { Scale: var outer })
        {
            // A mask that is added before a factor is multiplied with it: what is written is not this pattern.
            if (scale != 1)
            {
                return false;
            }

            scale = outer;
        }

        if (rewriter.Producer<MatMulOperator>(value) is not var (product, matmul) || matmul.TransposesLeft || value.Type.Shape.Rank != rank)
        {
            return false;
        }

        matched.Add(product);
        GraphValue queries = rewriter.Input(product, 0)!, keys = rewriter.Input(product, 1)!, values = rewriter.Input(node, 1)!;
        scale *= UnscaleOnce(rewriter, matched, ref queries);
        int[]? order = null;
        if (!matmul.TransposesRight)
        {
            scale *= UnscaleOnce(rewriter, matched, ref keys);
            order = KeyOrder(rewriter, matched, ref keys, rank);
            if (order is null)
            {
                return false;
            }
        }

        scale *= UnscaleOnce(rewriter, matched, ref keys);
        if (!Fits(queries, keys, values, rank, order) || !matched.IsClosed(node) || !(scale > 0) || !float.IsFinite((float)scale))
        {
            return false;
        }

        if (order is not null && !order.AsSpan().SequenceEqual(Enumerable.Range(0, rank).ToArray()))
        {
            keys = rewriter.Apply(Transpositions.Create(order), keys)[0];
        }

        (keys, values) = rank == 4 ? SharedHeads.Of(rewriter, keys, values) : (keys, values);
        Emit(rewriter, node, rank, queries, keys, values, mask, (float)scale);
        return true;
    }

    private static void Emit(GraphRewriter rewriter, GraphNode node, int rank, GraphValue queries, GraphValue keys, GraphValue values, AttentionMask? mask, float scale)
    {
        var added = mask?.Value(rewriter);
        var attention = new AttentionOperator(mask?.IsCausal ?? false, scale);
        if (rank == 4)
        {
            rewriter.Emit(node, attention, added is null ? [queries, keys, values] : [queries, keys, values, added]);
            return;
        }

        // [batch * heads, T, d]: each as one head.
        var one = IntList.Create([1]);
        GraphValue Single(GraphValue value) => rewriter.Apply(
            value.Type.IsStatic ? new ViewOperator(new Shape([value.Type.Shape[0], 1, .. value.Type.Shape.Dimensions[1..]])) : new UnsqueezeOperator(one), value)[0];
        added = added is { Type.Shape.Rank: 3 } ? Single(added) : added;
        GraphValue[] inputs = [Single(queries), Single(keys), Single(values)];
        var result = rewriter.Apply(attention, added is null ? inputs : [.. inputs, added])[0];
        rewriter.Emit(node, result.Type.IsStatic ? new ViewOperator(node.Outputs[0].Type.Shape) : new SqueezeOperator(one), result);
    }

    /// <summary>The order in which keys have to be transposed to be [..., S, d], if they come to the product transposed; null when they do not.</summary>
    private static int[]? KeyOrder(GraphRewriter rewriter, MatchedNodes matched, ref GraphValue keys, int rank)
    {
        if (rewriter.Producer(keys) is not { } node || Transpositions.Order(node) is not { } order || order.Length != rank)
        {
            return null;
        }

        if (rewriter.Uses.IsUsedOnce(keys))
        {
            matched.Add(node);
        }

        keys = rewriter.Input(node, 0)!;
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return order;
    }

    /// <summary>Whether the leading dimensions are the same, and not only alike by repetition; one head of keys and values may serve all.</summary>
    private static bool Fits(GraphValue queries, GraphValue keys, GraphValue values, int rank, int[]? order)
    {
        if (new[] { queries, keys, values }.Any(value => value.Type is not { ElementType: ElementType.Float32, Shape.IsRankKnown: true } || value.Type.Shape.Rank != rank))
        {
            return false;
        }

        for (var i = 0; i < rank - 2; i++)
        {
            if (i == 1 && rank == 4 && values.Type.Shape[1] == 1 && keys.Type.Shape[order is null ? 1 : order[1]] == 1)
            {
                continue;
            }

            if (!GraphPatterns.SameDimensions(queries, values, i, i + 1) || !GraphPatterns.SameDimension(queries, i, keys, order is null ? i : order[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static double Unscale(GraphRewriter rewriter, MatchedNodes matched, ref GraphValue value)
    {
        if (rewriter.Producer(value) is { } node && rewriter.Scaled(node) is var (inner, factor))
        {
            matched.Add(node);
            value = inner;
            return factor;
        }

        return 1;
    }

    /// <summary>Queries and keys may have other users: then their factor stays where it is.</summary>
    private static double UnscaleOnce(GraphRewriter rewriter, MatchedNodes matched, ref GraphValue value) =>
        rewriter.Uses.IsUsedOnce(value) ? Unscale(rewriter, matched, ref value) : 1;
}
