using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>What recognising passes ask about nodes: numbers, scaled values, reductions over the last dimensions. Stateless.</summary>
internal static class GraphPatterns
{
    /// <summary>The number that a value with one element is; null when it is not constant.</summary>
    public static double? Scalar(this GraphRewriter rewriter, GraphValue? value) =>
        value is { Type.Shape: { IsStatic: true, Elements: 1 } } ? GraphConstants.Uniform(value, rewriter.Producer) : null;

    /// <summary>The inputs of a node with two, if one of them is a number: the other one and the number.</summary>
    public static (GraphValue Value, double Number)? WithScalar(this GraphRewriter rewriter, GraphNode? node, bool commutes = true)
    {
        if (node is not { Inputs.Count: 2 } || rewriter.Input(node, 0) is not { } left || rewriter.Input(node, 1) is not { } right)
        {
            return null;
        }

        return rewriter.Scalar(right) is { } number && SameShape(node, left) ? (left, number)
            : commutes && rewriter.Scalar(left) is { } other && SameShape(node, right) ? (right, other)
            : null;
    }

    /// <summary>What a node makes of a value by multiplying or dividing it by a number; null when it does something else.</summary>
    public static (GraphValue Value, double Factor)? Scaled(this GraphRewriter rewriter, GraphNode? node) => node?.Operator switch
    {
        MulOperator => rewriter.WithScalar(node),
        DivOperator => rewriter.WithScalar(node, false) is var (value, number) ? (value, 1 / number) : null,
        AffineOperator { Offset: 0 } affine => (rewriter.Input(node, 0)!, affine.Factor),
        _ => null,
    };

    /// <summary>What a node adds a number to; null when it does something else.</summary>
    public static (GraphValue Value, double Offset)? Shifted(this GraphRewriter rewriter, GraphNode? node) => node?.Operator switch
    {
        AddOperator => rewriter.WithScalar(node),
        AffineOperator { Factor: 1 } affine => (rewriter.Input(node, 0)!, affine.Offset),
        _ => null,
    };

    /// <summary>The value that a node squares.</summary>
    public static GraphValue? Squared(this GraphRewriter rewriter, GraphNode? node) => node?.Operator switch
    {
        MulOperator when rewriter.Input(node, 0) == rewriter.Input(node, 1) => rewriter.Input(node, 0),
        PowOperator when rewriter.Scalar(rewriter.Input(node, 1)) is 2 && SameShape(node, rewriter.Input(node, 0)!) => rewriter.Input(node, 0),
        MathOperator { Function: MathFunction.Square } => rewriter.Input(node, 0),
        _ => null,
    };

    /// <summary>How many last dimensions a reduction takes away, keeping them with size 1; null when it takes others or none.</summary>
    public static int? LastDimensions(this GraphRewriter rewriter, GraphNode? node, Reduction reduction)
    {
        if (node?.Operator is not ReduceOperator { KeepsDimensions: true } reduce || reduce.Reduction != reduction || node.Inputs[0]!.Type.Shape is not { IsRankKnown: true, Rank: > 0 } shape)
        {
            return null;
        }

        var axes = rewriter.Input(node, 1) is { } input ? GraphConstants.Ints(input) : reduce.Axes?.ToArray();
        if (axes is not { Length: > 0 } || axes.Length > shape.Rank)
        {
            return null;
        }

        var last = Array.ConvertAll(axes, axis => axis < 0 ? axis + shape.Rank : axis);
        Array.Sort(last);
        return last.AsSpan().SequenceEqual(Enumerable.Range(shape.Rank - last.Length, last.Length).ToArray()) ? last.Length : null;
    }

    /// <summary>Whether a value is repeated along all dimensions of another but the last ones, of which it has all elements.</summary>
    public static bool IsOfLastDimensions(GraphValue value, GraphValue target, int dimensions)
    {
        Shape shape = value.Type.Shape, full = target.Type.Shape;
        if (!shape.IsStatic || shape.Rank > full.Rank || value.Type.ElementType != target.Type.ElementType)
        {
            return false;
        }

        for (var back = 1; back <= full.Rank; back++)
        {
            var size = back <= shape.Rank ? shape[shape.Rank - back] : 1;
            if (size != (back <= dimensions ? full[full.Rank - back] : 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether some dimensions of two values are the same, whatever the sizes at run time.</summary>
    public static bool SameDimensions(GraphValue left, GraphValue right, int start, int end) =>
        Enumerable.Range(start, end - start).All(i => SameDimension(left, i, right, i));

    /// <summary>Whether a dimension of a value is the same as one of another, whatever the sizes at run time.</summary>
    public static bool SameDimension(GraphValue left, int leftAxis, GraphValue right, int rightAxis) =>
        Probed(left) is var (a, b) && Probed(right) is var (c, d) && a[leftAxis] == c[rightAxis] && b[leftAxis] == d[rightAxis];

    /// <summary>A constant of ones.</summary>
    public static GraphValue Ones(this GraphRewriter rewriter, Shape shape)
    {
        var tensor = Tensor.Zeros(new TensorType(ElementType.Float32, shape));
        tensor.AsSpan<float>().Fill(1);
        return rewriter.Constant("ones", tensor);
    }

    /// <summary>Whether the result of a node has the shape of one of its inputs: the other was only repeated.</summary>
    public static bool SameShape(GraphNode node, GraphValue input) =>
        input.Type.Shape.IsRankKnown && node.Outputs[0].Type.Shape.IsRankKnown && input.Type.Shape.Rank == node.Outputs[0].Type.Shape.Rank
        && (input.Type.Shape.Equals(node.Outputs[0].Type.Shape) || SameDimensions(input, node.Outputs[0], 0, input.Type.Shape.Rank));

    private static (Shape First, Shape Second)? Probed(GraphValue value) =>
        value.Type.IsStatic ? (value.Type.Shape, value.Type.Shape) : value.Probes is { } probes ? (probes.First.Shape, probes.Second.Shape) : null;
}
