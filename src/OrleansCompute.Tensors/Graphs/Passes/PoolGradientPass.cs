using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Moves the gradient of a Relu through the gradient of the max-pooling behind it: where a maximum was taken, the Relu's result is the
/// pooling's. The mask then reads a quarter of the elements (for 2 x 2 windows), and the larger values need not be kept.
/// </summary>
public sealed class PoolGradientPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "pool-gradient";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (node.Operator is not ReluGradientOperator || !TryMove(rewriter, node))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryMove(GraphRewriter rewriter, GraphNode node)
    {
        var result = rewriter.Input(node, 0);
        if (rewriter.OnlyFor<MaxPoolLastGradientOperator>(rewriter.Input(node, 1)) is not var (gradient, pool)
            || rewriter.Producer<MaxPoolLastOperator>(rewriter.Input(gradient, 1)) is not var (forward, _)
            || rewriter.Input(forward, 0) != result)
        {
            return false;
        }

        var masked = rewriter.Apply(new ReluGradientOperator(), forward.Outputs[0], rewriter.Input(gradient, 0))[0];
        rewriter.Emit(node, pool, masked, rewriter.Input(gradient, 1));
        return true;
    }
}
