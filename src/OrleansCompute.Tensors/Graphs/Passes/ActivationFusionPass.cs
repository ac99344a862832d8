using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Lets convolutions and products apply the activation that follows, while their results are in the first-level cache.</summary>
public sealed class ActivationFusionPass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "activation-fusion";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.Count != 1 || rewriter.Input(node, 0) is not { } input
                || ElementSteps.Find(node.Operator, [input.Type]) is not { } step || FusedActivations.Find(step) is not { } activation
                || !TryFuse(rewriter, node, input, activation))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryFuse(GraphRewriter rewriter, GraphNode node, GraphValue input, FusedActivation activation)
    {
        if (rewriter.OnlyFor<ConvLastOperator>(input) is (var conv, { Activation: FusedActivation.None } convolution))
        {
            rewriter.Emit(node, convolution with { Activation = activation }, rewriter.Inputs(conv));
            return true;
        }

        if (rewriter.OnlyFor<FusedGemmOperator>(input) is (var product, { Activation: FusedActivation.None } gemm))
        {
            rewriter.Emit(node, gemm with { Activation = activation }, rewriter.Inputs(product));
            return true;
        }

        return false;
    }
}
