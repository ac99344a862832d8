using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>
/// Models in QuantizeLinear/DequantizeLinear form: what only moves or chooses elements (reshapes, transpositions, slices, joining,
/// max-pooling) does so with the bytes, and a DequantizeLinear that meets a QuantizeLinear of the same scale cancels it. Exact. Stateless.
/// </summary>
public sealed class QuantisedMovePass : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "quantised-moves";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is DequantizeLinearOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!(node.Operator is QuantizeLinearOperator ? TryCancel(rewriter, node) : Moves(node) && (node.Operator is ConcatOperator ? TryJoin(rewriter, node) : TryMove(rewriter, node))))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool Moves(GraphNode node) => node.Outputs is [{ Type: { IsStatic: true, ElementType: ElementType.Float32 } }]
        && node.Operator is ViewOperator or ReshapeOperator or FlattenOperator or SqueezeOperator or UnsqueezeOperator or TransposeOperator or SliceOperator
            or ConcatOperator or MaxPoolOperator { HasIndices: false };

    /// <summary>The bytes that a value was made of, unless they are a constant: weights are folded where they are used.</summary>
    private static QuantisedValue? Bytes(GraphRewriter rewriter, GraphValue? value) =>
        QuantisedValue.Of(rewriter, value) is { Codes.Constant: null } bytes ? bytes : null;

    private static bool TryMove(GraphRewriter rewriter, GraphNode node)
    {
        if (Bytes(rewriter, rewriter.Input(node, 0)) is not { } x)
        {
            return false;
        }

        var moved = rewriter.Apply(node.Operator, [x.Codes, .. rewriter.Inputs(node)[1..]])[0];
        rewriter.Emit(node, new DequantizeLinearOperator(), moved, x.ScaleValue, x.ZeroValue);
        return true;
    }

    private static bool TryJoin(GraphRewriter rewriter, GraphNode node)
    {
        var parts = node.Inputs.Select((_, i) => Bytes(rewriter, rewriter.Input(node, i))).ToArray();
        if (parts[0] is not { } first || !Array.TrueForAll(parts, part => part is not null && part.Means(first)))
        {
            return false;
        }

        var joined = rewriter.Apply(node.Operator, [.. parts.Select(part => part!.Codes)])[0];
        rewriter.Emit(node, new DequantizeLinearOperator(), joined, first.ScaleValue, first.ZeroValue);
        return true;
    }

    private static bool TryCancel(GraphRewriter rewriter, GraphNode node)
    {
        if (QuantisedValue.Of(rewriter, node, node.Outputs[0].Type.ElementType) is not { } y || ((QuantizeLinearOperator)node.Operator).BlockSize != 0)
        {
            return false;
        }

        // A Relu changes nothing when zero is the least code.
        var value = y.Codes;
        if (rewriter.Producer<ReluOperator>(value) is var (relu, _) && y.Zero == y.Least)
        {
            value = rewriter.Input(relu, 0)!;
        }

        return Bytes(rewriter, value) is { } x && x.Means(y) && rewriter.TryReplace(node.Outputs[0], x.Codes);
    }
}
