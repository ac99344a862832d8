using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// Finds exp(x) / sum(exp(x)) over one dimension, with or without the largest element subtracted before, and log(Softmax(x)). The operators
/// always subtract it: they are right where the written form overflows. Stateless.
/// </summary>
public sealed class SoftmaxPatternPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "softmax-patterns";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var found = node.Outputs is [{ Type.ElementType: ElementType.Float32 }] && node.Operator switch
            {
                DivOperator => TrySoftmax(rewriter, node),
                MathOperator { Function: MathFunction.Log } => TryLog(rewriter, node),
                _ => false,
            };
            if (!found)
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TrySoftmax(GraphRewriter rewriter, GraphNode node)
    {
        var exponentials = rewriter.Input(node, 0);
        if (rewriter.Producer(exponentials) is not { Operator: MathOperator { Function: MathFunction.Exp } } exp
            || rewriter.Producer(rewriter.Input(node, 1)) is not { } sum || Axis(rewriter, sum, Reduction.Sum) is not { } axis || rewriter.Input(sum, 0) != exponentials)
        {
            return false;
        }

        var matched = new MatchedNodes(rewriter);
        matched.Add(exp);
        matched.Add(sum);
        var x = rewriter.Input(exp, 0)!;
        if (rewriter.Producer<SubOperator>(x) is var (difference, _) && rewriter.Producer(rewriter.Input(difference, 1)) is { } largest
            && Axis(rewriter, largest, Reduction.Max) == axis && rewriter.Input(largest, 0) == rewriter.Input(difference, 0) && rewriter.Uses.IsUsedOnce(x))
        {
            matched.Add(difference);
            matched.Add(largest);
            x = rewriter.Input(difference, 0)!;
        }

        if (!matched.IsClosed(node))
        {
            return false;
        }

        rewriter.Emit(node, new SoftmaxOperator(axis), x);
        return true;
    }

    private static bool TryLog(GraphRewriter rewriter, GraphNode node)
    {
        if (rewriter.OnlyFor<SoftmaxOperator>(rewriter.Input(node, 0)) is not var (inner, softmax) || softmax.IsFlat)
        {
            return false;
        }

        rewriter.Emit(node, new LogSoftmaxOperator(softmax.Axis), rewriter.Input(inner, 0));
        return true;
    }

    /// <summary>The one dimension that a reduction takes away, keeping it with size 1.</summary>
    private static int? Axis(GraphRewriter rewriter, GraphNode node, Reduction reduction)
    {
        if (node.Operator is not ReduceOperator { KeepsDimensions: true } reduce || reduce.Reduction != reduction || node.Inputs[0]!.Type.Shape is not { IsRankKnown: true } shape)
        {
            return null;
        }

        var axes = rewriter.Input(node, 1) is { } input ? GraphConstants.Ints(input) : reduce.Axes?.ToArray();
        return axes is [var axis] ? (axis < 0 ? axis + shape.Rank : axis) : null;
    }
}
