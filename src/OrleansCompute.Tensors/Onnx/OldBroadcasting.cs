using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Broadcasting before opset 7: the second operand's dimensions lie at an axis of the first, not at its end, and a PRelu's slopes at the
/// channels. Dimensions of size 1 behind them make today's rules give the same. Stateless.
/// </summary>
internal static class OldBroadcasting
{
    private const int FirstOpsetWithout = 7;

    /// <summary>Puts dimensions behind the second input where the old rules want them; needs the numbers of dimensions.</summary>
    /// <exception cref="NotSupportedException">The axis does not fit the shapes.</exception>
    public static void Align(GraphBuilder builder, OperatorRequest request, List<GraphValue?> inputs)
    {
        if (request.Opset >= FirstOpsetWithout || request.Domain.Length > 0 || inputs.Count < 2 || inputs[0] is not { } left || inputs[1] is not { } right
            || !left.Type.Shape.IsRankKnown || !right.Type.Shape.IsRankKnown)
        {
            return;
        }

        int rank = left.Type.Shape.Rank, own = right.Type.Shape.Rank;
        var behind = request.Name switch
        {
            "Add" or "Sub" or "Mul" or "Div" or "Pow" when request.Attributes.Number("broadcast", 0) != 0 && request.Attributes.Has("axis") =>
                rank - left.Type.Shape.Axis(request.Attributes.Number("axis", 0), request.Name) - own,
            "PRelu" when own == 1 && right.Type.Shape[0] != 1 => rank - 2,
            _ => 0,
        };
        if (behind < 0)
        {
            throw new NotSupportedException($"{request.Name}: {right.Type.Shape} does not fit into {left.Type.Shape} at axis {request.Attributes.Number("axis", 0)}.");
        }

        if (behind > 0)
        {
            inputs[1] = builder.Apply(new UnsqueezeOperator(IntList.Create([.. Enumerable.Range(own, behind)])), right)[0];
        }
    }
}
