using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// Finds keys or values that are repeated for the heads that share them: [B, G, S, d] seen as [B, G, 1, S, d], expanded to [B, G, R, S, d],
/// and seen as [B, G * R, S, d]. Stateless.
/// </summary>
internal static class SharedHeads
{
    /// <summary>Keys and values as they were before they were repeated, or as they are, when at least one of them was not.</summary>
    public static (GraphValue Keys, GraphValue Values) Of(GraphRewriter rewriter, GraphValue keys, GraphValue values) =>
        Source(rewriter, keys) is { } k && Source(rewriter, values) is { } v && k.Type.Shape[1] == v.Type.Shape[1] ? (k, v) : (keys, values);

    private static GraphValue? Source(GraphRewriter rewriter, GraphValue repeated)
    {
        if (Seen(rewriter, repeated, 4) is not { } expanded || rewriter.Producer<ExpandOperator>(expanded) is not var (expand, _)
            || rewriter.Input(expand, 0) is not { } single || Seen(rewriter, single, 5) is not { } source || source.Type.Shape is not { IsRankKnown: true, Rank: 4 } shape
            || single.Type.Shape[2] != 1 || shape[1] is Shape.Any or 0 || repeated.Type.Shape[1] == Shape.Any || repeated.Type.Shape[1] % shape[1] != 0)
        {
            return null;
        }

        // With all sizes the same, elements keep their order: nothing else can have been done to them.
        int[] kept = [0, 1, 3, 4], among = [0, 1, 2, 3];
        for (var i = 0; i < kept.Length; i++)
        {
            if (!GraphPatterns.SameDimension(source, among[i], single, kept[i]) || !GraphPatterns.SameDimension(single, kept[i], expanded, kept[i])
                || (i != 1 && !GraphPatterns.SameDimension(repeated, among[i], expanded, kept[i])))
            {
                return null;
            }
        }

        return source;
    }

    /// <summary>What a value of a rank is another view of.</summary>
    private static GraphValue? Seen(GraphRewriter rewriter, GraphValue value, int rank)
    {
        var node = value.Type.Shape is { IsRankKnown: true } shape && shape.Rank == rank ? rewriter.Producer(value) : null;
        return node?.Operator is ReshapeOperator or UnsqueezeOperator or ViewOperator && rewriter.Input(node, 0) is { Type.Shape.IsRankKnown: true } input ? input : null;
    }
}
