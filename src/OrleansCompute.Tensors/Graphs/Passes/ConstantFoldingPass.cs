using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Computes what depends on constants only, once.</summary>
/// <param name="dequantises">Whether that includes DequantizeLinear: weights of bytes stay as they are until the passes that want them so have run. Default false.</param>
public sealed class ConstantFoldingPass(bool dequantises = false) : IGraphPass
{
    /// <inheritdoc/>
    public string Name => dequantises ? "dequantised-constants" : "constant-folding";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        long folded = 0;
        foreach (var node in graph.Nodes)
        {
            var inputs = rewriter.Inputs(node);
            if (!Array.TrueForAll(inputs, value => value is null || value.Constant is not null)
                || node.Outputs.Any(rewriter.Uses.IsOutput)
                || folded > GraphConstants.MaxTotalFoldedBytes
                || GraphConstants.TryFold(node.Operator, Array.ConvertAll(inputs, value => value?.Constant), dequantises) is not { } results)
            {
                rewriter.Keep(node);
                continue;
            }

            folded += node.Inputs.Count == 0 ? 0 : results.Sum(tensor => tensor.Type.Bytes);
            for (var i = 0; i < results.Count; i++)
            {
                rewriter.TryReplace(node.Outputs[i], rewriter.Constant(node.Outputs[i].Name, Owned(results[i])));
            }
        }

        return rewriter.Finish();
    }

    /// <summary>A copy outside the pool that the folding used: the graph keeps it for good.</summary>
    internal static Tensor Owned(Tensor tensor)
    {
        var copy = Tensor.Zeros(tensor.Type);
        tensor.CopyTo(copy);
        tensor.Dispose();
        return copy;
    }
}
