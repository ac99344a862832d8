using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// The layout of images of bytes: quantised convolutions and poolings of [N, C, H, W] become operators on [N, H, W, C] between
/// transpositions, which cancel between neighbours. Images of one pixel need none. Stateless.
/// </summary>
public sealed class QuantisedImagePass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "quantised-images";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(IsImage))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!IsImage(node))
            {
                rewriter.Keep(node);
                continue;
            }

            var inputs = rewriter.Inputs(node);
            var image = rewriter.Apply(Transpositions.Create(ChannelsLast.OrderFromFirst(4)), inputs[0])[0];
            var result = node.Operator switch
            {
                QLinearConvOperator conv => rewriter.Apply(new QLinearConvLastOperator(conv.Options), [image, .. inputs[1..]])[0],
                ConvIntegerOperator conv => rewriter.Apply(new ConvIntegerLastOperator(conv.Options), [image, .. inputs[1..]])[0],
                _ => rewriter.Apply(new MaxPoolLastOperator(((MaxPoolOperator)node.Operator).Options), image)[0],
            };
            rewriter.Emit(node, Transpositions.Create(ChannelsLast.OrderToFirst(4)), result);
        }

        return rewriter.Finish();
    }

    private static bool IsImage(GraphNode node) =>
        node.Operator is QLinearConvOperator or ConvIntegerOperator or MaxPoolOperator { HasIndices: false }
        && node.Inputs[0]!.Type is { IsStatic: true, ElementType: ElementType.UInt8 or ElementType.Int8, Shape: { Rank: 4, Elements: > 0 } shape }
        && (shape[2] * shape[3] > 1 || node.Operator is ConvIntegerOperator);
}
