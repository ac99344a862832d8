using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Leaves out what changes nothing: x + 0, x * 1, casts to the same type, sums of one, double negation, views of views, transpositions
/// that cancel each other. Every rule is exact, bit for bit (x * 0 stays: x may be NaN; x + 0 keeps all but the sign of a zero).
/// </summary>
public sealed class AlgebraicPass : IGraphPass
{
    private static readonly HashSet<string> OfOne = new(StringComparer.Ordinal) { "Sum", "Max", "Min", "Mean", "Concat", "Identity" };

    /// <inheritdoc/>
    public string Name => "algebraic";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var inputs = rewriter.Inputs(node);
            if (node.Outputs.Count == 1 && Same(rewriter, node.Operator, inputs) is { } same && same.Type == node.Outputs[0].Type
                && rewriter.TryReplace(node.Outputs[0], same))
            {
                continue;
            }

            if (!TryView(rewriter, node, inputs) && !TryTranspose(rewriter, node, inputs) && !TryClip(rewriter, node, inputs) && !TrySquare(rewriter, node, inputs))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    /// <summary>The value that the node only repeats; null when it computes something.</summary>
    private static GraphValue? Same(GraphRewriter rewriter, Operator @operator, GraphValue?[] inputs)
    {
        if (inputs.Length == 0 || inputs[0] is not { } first)
        {
            return null;
        }

        if (@operator is ViewOperator or SumToOperator)
        {
            return first;
        }

        if (@operator is ConcatOperator { Axis: var axis } && rewriter.Producer<SplitOperator>(first) is var (split, cut))
        {
            return inputs.AsSpan().SequenceEqual(split.Outputs.ToArray()) && SameAxis(axis, cut.Axis, first.Type.Shape) ? rewriter.Input(split, 0) : null;
        }

        if (@operator.Domain.Length > 0)
        {
            return null;
        }

        switch (@operator.Name)
        {
            case "Add":
                return IsAll(rewriter, inputs[1], 0) ? first : IsAll(rewriter, first, 0) ? inputs[1] : null;
            case "Mul":
                return IsAll(rewriter, inputs[1], 1) ? first : IsAll(rewriter, first, 1) ? inputs[1] : null;
            case "Sub":
                return IsAll(rewriter, inputs[1], 0) ? first : null;
            case "Div" or "Pow":
                return IsAll(rewriter, inputs[1], 1) ? first : null;
            case "Cast" or "Expand":
                return first;
            case "Neg":
                return rewriter.Producer(first, "Neg") is { } inner ? rewriter.Input(inner, 0) : null;
            case "Relu":
                return rewriter.Producer(first, "Relu") is not null ? first : null;
            default:
                return OfOne.Contains(@operator.Name) && inputs.Length == 1 ? first : null;
        }
    }

    /// <summary>A view of a view is a view of what that one shows.</summary>
    private static bool TryView(GraphRewriter rewriter, GraphNode node, GraphValue?[] inputs)
    {
        if (node.Operator is not ViewOperator view || rewriter.Producer<ViewOperator>(inputs[0]) is not { } inner)
        {
            return false;
        }

        var source = rewriter.Input(inner.Node, 0)!;
        if (source.Type != node.Outputs[0].Type || !rewriter.TryReplace(node.Outputs[0], source))
        {
            rewriter.Emit(node, view, source);
        }

        return true;
    }

    /// <summary>Constant bounds become part of the operator, which is then an element-wise step.</summary>
    private static bool TryClip(GraphRewriter rewriter, GraphNode node, GraphValue?[] inputs)
    {
        if (node.Operator is not ClipOperator clip || inputs.Length < 2 || inputs[0]!.Type.ElementType != ElementType.Float32
            || inputs.Skip(1).Any(bound => bound is { Constant: null }))
        {
            return false;
        }

        float? Bound(int index, float? attribute) => index < inputs.Length && inputs[index]?.Constant is { } constant ? (float)constant.ToDoubles()[0] : attribute;
        rewriter.Emit(node, new ClipOperator(Bound(1, clip.Min), Bound(2, clip.Max)), inputs[0]);
        return true;
    }

    /// <summary>Pow by 2: a product of float32 numbers is exact in double, so that both round once.</summary>
    private static bool TrySquare(GraphRewriter rewriter, GraphNode node, GraphValue?[] inputs)
    {
        if (node.Operator is not PowOperator || inputs[0] is not { Type: { IsStatic: true, ElementType: ElementType.Float32 } } x || x.Type != node.Outputs[0].Type || !IsAll(rewriter, inputs[1], 2))
        {
            return false;
        }

        rewriter.Emit(node, new MathOperator(MathFunction.Square), x);
        return true;
    }

    private static bool SameAxis(int left, int right, Shape shape) =>
        left == right || (shape.IsRankKnown && (left < 0 ? left + shape.Rank : left) == (right < 0 ? right + shape.Rank : right));

    private static bool TryTranspose(GraphRewriter rewriter, GraphNode node, GraphValue?[] inputs)
    {
        if (Order(node) is not { } order || inputs[0] is not { Type.IsStatic: true } input)
        {
            return false;
        }

        if (rewriter.Producer(input) is { } inner && Order(inner) is { } before && rewriter.Input(inner, 0) is { } source)
        {
            order = Array.ConvertAll(order, axis => before[axis]);
            if (order.AsSpan().SequenceEqual(Enumerable.Range(0, order.Length).ToArray()) && rewriter.TryReplace(node.Outputs[0], source))
            {
                return true;
            }

            input = source;
        }

        if (MovesNothing(input.Type.Shape, order))
        {
            rewriter.Emit(node, new ViewOperator(node.Outputs[0].Type.Shape), input);
            return true;
        }

        if (input != inputs[0])
        {
            rewriter.Emit(node, Transpositions.Create(order), input);
            return true;
        }

        return false;
    }

    /// <summary>Whether the elements stay where they are: only dimensions of size 1 move.</summary>
    private static bool MovesNothing(Shape shape, int[] order)
    {
        var kept = order.Where(axis => shape[axis] != 1).ToArray();
        return kept.Zip(kept.Skip(1)).All(pair => pair.First < pair.Second);
    }

    private static int[]? Order(GraphNode node) => Transpositions.Order(node);

    private static bool IsAll(GraphRewriter rewriter, GraphValue? value, double expected) =>
        GraphConstants.Uniform(value, rewriter.Producer) is { } uniform && uniform.Equals(expected);
}
