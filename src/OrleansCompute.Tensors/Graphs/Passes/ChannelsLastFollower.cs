using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Operators that do not care where the channels are: those on images that were turned from channels last to channels first run before the
/// transposition, so that it meets the next one and both vanish. Used by <see cref="ChannelsLastPass"/>; not thread-safe.
/// </summary>
internal sealed class ChannelsLastFollower(GraphRewriter rewriter)
{
    /// <summary>For each dimension of an image with channels first its place with channels last.</summary>
    private static readonly int[] Places = [0, 3, 1, 2];
    private static readonly int[] ToLast = ChannelsLast.OrderFromFirst(4);
    private static readonly int[] ToFirst = ChannelsLast.OrderToFirst(4);

    /// <summary>Moves the node before the transpositions of its inputs; false when it has none, or cares.</summary>
    public bool TryFollow(GraphNode node)
    {
        if (node.Outputs.Any(value => !value.Type.IsStatic) || node.Inputs.Count == 0 || !node.Inputs.Any(value => value is not null && Turned(value) is not null))
        {
            return false;
        }

        return node.Operator switch
        {
            ConcatOperator concat => TryConcat(node, concat),
            PadOperator { Pads: null } pad => TryPad(node, pad),
            ResizeOperator { FixedScales: null } resize => TryResize(node, resize),
            SliceOperator { Starts: null } slice => TrySlice(node, slice),
            ReduceOperator reduce => TryReduce(node, reduce),
            SoftmaxOperator { IsFlat: false } softmax => TrySoftmax(node, softmax),
            _ => IsPointwise(node) && TryPointwise(node),
        };
    }

    private GraphValue? Turned(GraphValue value) =>
        rewriter.Producer(value) is { } node && Transpositions.Order(node) is { } order && order.AsSpan().SequenceEqual(ToFirst) ? rewriter.Input(node, 0) : null;

    private bool IsPointwise(GraphNode node) => node.Operator switch
    {
        FusedElementwiseOperator or CastOperator or WhereOperator or ClipOperator or IdentityOperator or PReluOperator or DynamicQuantizeLinearOperator => true,
        QuantizeLinearOperator or DequantizeLinearOperator => node.Inputs[1]!.Type.Shape.Elements == 1,
        _ => node.Outputs.Count == 1 && ElementSteps.Find(node.Operator, [.. rewriter.Inputs(node).Select(value => value?.Type)]) is not null,
    };

    private bool TryPointwise(GraphNode node)
    {
        var inputs = rewriter.Inputs(node);
        var result = node.Outputs[0].Type.Shape;
        int found = 0, foreign = 0;
        var turned = new Func<GraphValue>?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } value)
            {
                continue;
            }

            var shape = value.Type.Shape;
            if (!shape.IsStatic || shape.Rank > 4)
            {
                return false;
            }

            if (Turned(value) is { } last)
            {
                found += shape.Elements == result.Elements ? 1 : 0;
                turned[i] = () => last;
            }
            else if (shape.Elements == 1)
            {
                turned[i] = () => value;
            }
            else if (shape.Rank == 4)
            {
                foreign += shape[2] * shape[3] > 1 && value.Constant is null ? 1 : 0;
                turned[i] = () => rewriter.Apply(Transpositions.Create(ToLast), value)[0];
            }
            else if (shape.Rank == 3 && shape[1] * shape[2] == 1)
            {
                turned[i] = () => rewriter.Apply(new ViewOperator(new Shape(shape[0])), value)[0];
            }
            else
            {
                return false;
            }
        }

        if (found == 0 || foreign > found || result.Rank != 4)
        {
            return false;
        }

        var results = rewriter.Apply(node.Operator, [.. turned.Select(make => make?.Invoke())]);
        Store(node, results[0]);
        for (var i = 1; i < node.Outputs.Count; i++)
        {
            // Scale and zero point of DynamicQuantizeLinear: numbers.
            if (!rewriter.TryReplace(node.Outputs[i], results[i]))
            {
                rewriter.Emit($"{node.Name}.{i}", [node.Outputs[i]], new ViewOperator(results[i].Type.Shape), [results[i]]);
            }
        }

        return true;
    }

    private bool TryConcat(GraphNode node, ConcatOperator concat)
    {
        var inputs = rewriter.Inputs(node);
        var foreign = inputs.Count(value => Turned(value!) is null);
        if (node.Outputs[0].Type.Shape.Rank != 4 || 2 * foreign > inputs.Length)
        {
            return false;
        }

        Store(node, rewriter.Apply(
            new ConcatOperator(Places[concat.Axis < 0 ? concat.Axis + 4 : concat.Axis]),
            [.. inputs.Select(value => Turned(value!) ?? rewriter.Apply(Transpositions.Create(ToLast), value)[0])])[0]);
        return true;
    }

    private bool TryPad(GraphNode node, PadOperator pad)
    {
        var inputs = rewriter.Inputs(node);
        if (Turned(inputs[0]!) is not { } image || GraphConstants.Ints(inputs[1]) is not { Length: 8 } pads || (inputs.Length > 3 && inputs[3] is not null))
        {
            return false;
        }

        var turned = Enumerable.Range(0, 8).Select(i => (long)pads[(i / 4 * 4) + ToLast[i % 4]]).ToArray();
        inputs[0] = image;
        inputs[1] = rewriter.Constant($"{node.Name}.pads", Tensor.Vector<long>(turned));
        Store(node, rewriter.Apply(pad, inputs)[0]);
        return true;
    }

    private bool TryResize(GraphNode node, ResizeOperator resize)
    {
        var inputs = rewriter.Inputs(node);
        if (Turned(inputs[0]!) is not { } image || resize.Options.Axes is not null || (!resize.HasScalesOnly && inputs.Length > 1 && inputs[1] is { Type.Shape.Elements: not 0 }))
        {
            return false;
        }

        for (var i = resize.HasScalesOnly ? 1 : 2; i < inputs.Length; i++)
        {
            if (inputs[i] is null or { Type.Shape: { IsStatic: true, Elements: 0 } })
            {
                continue;
            }

            if (inputs[i]!.Constant is not { Shape.Elements: 4 } constant)
            {
                return false;
            }

            var numbers = constant.ToDoubles();
            double[] turned = [.. ToLast.Select(axis => numbers[axis])];
            inputs[i] = rewriter.Constant($"{node.Name}.{i}", constant.ElementType == ElementType.Int64
                ? Tensor.Vector<long>(Array.ConvertAll(turned, number => (long)number))
                : Tensor.Vector<float>(Array.ConvertAll(turned, number => (float)number)));
        }

        inputs[0] = image;
        Store(node, rewriter.Apply(resize, inputs)[0]);
        return true;
    }

    private bool TrySlice(GraphNode node, SliceOperator slice)
    {
        var inputs = rewriter.Inputs(node);
        if (Turned(inputs[0]!) is not { } image || GraphConstants.Ints(inputs[1]) is not { } starts)
        {
            return false;
        }

        var given = inputs.Length > 3 ? inputs[3] : null;
        if (given is { Constant: null })
        {
            return false;
        }

        var axes = given is null ? [.. Enumerable.Range(0, starts.Length)] : GraphConstants.Ints(given)!;
        inputs = [image, .. inputs[1..]];
        Array.Resize(ref inputs, Math.Max(inputs.Length, 4));
        inputs[3] = rewriter.Constant($"{node.Name}.axes", Tensor.Vector<long>(Array.ConvertAll(axes, axis => (long)Places[axis < 0 ? axis + 4 : axis])));
        Store(node, rewriter.Apply(slice, inputs)[0]);
        return true;
    }

    private bool TryReduce(GraphNode node, ReduceOperator reduce)
    {
        var axes = node.Inputs.Count > 1 && rewriter.Input(node, 1) is { } input ? GraphConstants.Ints(input) : reduce.Axes?.ToArray();
        if (Turned(rewriter.Input(node, 0)!) is not { } image || axes is not { Length: > 0 })
        {
            return false;
        }

        var reduced = axes.Select(axis => axis < 0 ? axis + 4 : axis).Order().ToArray();
        int[] kept = [.. Enumerable.Range(0, 4).Except(reduced).Select(axis => Places[axis])];
        if (!reduce.KeepsDimensions && !kept.SequenceEqual(kept.Order()))
        {
            return false;
        }

        var turned = new ReduceOperator(reduce.Reduction, IntList.Create([.. reduced.Select(axis => Places[axis]).Order()]), reduce.KeepsDimensions);
        if (reduce.KeepsDimensions)
        {
            Store(node, rewriter.Apply(turned, image)[0]);
            return true;
        }

        rewriter.Emit(node, turned, image);
        return true;
    }

    private bool TrySoftmax(GraphNode node, SoftmaxOperator softmax)
    {
        var image = Turned(rewriter.Input(node, 0)!)!;
        Store(node, rewriter.Apply(new SoftmaxOperator(Places[softmax.Axis < 0 ? softmax.Axis + 4 : softmax.Axis]), image)[0]);
        return true;
    }

    private void Store(GraphNode node, GraphValue last) => rewriter.Emit(node.Name, [node.Outputs[0]], Transpositions.Create(ToFirst), [last]);
}
