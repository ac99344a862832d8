using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of shape operators.</summary>
internal static class ReferenceShaping
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable { MovesOnly = true }
        .Add<IdentityOperator>((_, call) => Copy(call))
        .Add<ReshapeLikeOperator>((_, call) => Copy(call))
        .Add<ReshapeOperator>((_, call) => Copy(call))
        .Add<FlattenOperator>((_, call) => Copy(call))
        .Add<SqueezeOperator>((_, call) => Copy(call))
        .Add<UnsqueezeOperator>((_, call) => Copy(call))
        .Add<ExpandOperator>((_, call) => Expand(call))
        .Add<ExpandLikeOperator>((_, call) => Expand(call))
        .Add<TransposeOperator>(Transpose)
        .Add<TileOperator>((_, call) => Tile(call))
        .Add<TileGradientOperator>((_, call) => TileGradient(call))
        .Add<ConcatOperator>(Concat)
        .Add<SplitLikeOperator>((o, call) => Split(call, o.Axis))
        .Add<SplitOperator>((o, call) => Split(call, o.Axis))
        .Add<SliceOperator>(Slice)
        .Add<SliceGradientOperator>(SliceGradient)
        .Add<PadOperator>(Pad)
        .Add<PadGradientOperator>(PadGradient)
        .Add<ShapeOperator>((o, call) => HostElements.StoreIntegers(
            call.Output(0), Array.ConvertAll(o.Sizes(call.Input(0).Shape).ToArray(), size => (Int128)size)))
        .Add<SizeOperator>((_, call) => HostElements.StoreIntegers(call.Output(0), [call.Input(0).Shape.Elements]))
        .Add<DepthToSpaceOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), i => BlockIndex(call.Output(0).Shape, call.Input(0).Shape, i, o.Block, o.ColumnsFirst)))
        .Add<SpaceToDepthOperator>((o, call) => HostMoves.Scatter(
            call.Input(0), call.Output(0), i => BlockIndex(call.Input(0).Shape, call.Output(0).Shape, i, o.Block, o.ColumnsFirst)))
        .Add<ReverseSequenceOperator>(Reverse)
        .Add<CenterCropPadOperator>((_, call) => CenterCropPad(call));

    private static void Copy(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        HostMoves.Copy(call.Input(0), call.Output(0));
    }

    private static void Expand(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        using var view = call.Input(0).Expand(call.Output(0).Shape);
        view.CopyTo(call.Output(0));
    }

    private static void Transpose(TransposeOperator @operator, KernelCall call)
    {
        using var view = call.Input(0).Permute(@operator.OrderFor(call.Input(0).Shape));
        view.CopyTo(call.Output(0));
    }

    private static int Modulo(int index, Shape large, Shape small)
    {
        var coordinates = HostMoves.Coordinates(index, large);
        for (var axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] %= small[axis];
        }

        return HostMoves.Index(coordinates, small);
    }

    private static void Tile(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        HostMoves.Gather(call.Input(0), call.Output(0), i => Modulo(i, call.Output(0).Shape, call.Input(0).Shape));
    }

    private static void TileGradient(KernelCall call) =>
        HostMoves.AddUp(call.Input(0), call.Output(0), i => Modulo(i, call.Input(0).Shape, call.Output(0).Shape));

    private static void Concat(ConcatOperator @operator, KernelCall call)
    {
        var axis = call.Output(0).Shape.Axis(@operator.Axis, @operator.Name);
        var start = 0;
        for (var i = 0; i < call.InputCount; i++)
        {
            var part = call.Input(i);
            var offset = start;
            HostMoves.Move(part, call.Output(0), part.Shape, from => from, to =>
            {
                to[axis] += offset;
                return to;
            });
            start += part.Shape[axis];
        }
    }

    private static void Split(KernelCall call, int splitAxis)
    {
        HostMoves.AllocateOutputs(call);
        var axis = call.Input(0).Shape.Axis(splitAxis, call.Operator.Name);
        var start = 0;
        for (var i = 0; i < call.OutputCount; i++)
        {
            using var part = call.Input(0).Slice(axis, start, call.Output(i).Shape[axis]);
            part.CopyTo(call.Output(i));
            start += call.Output(i).Shape[axis];
        }
    }

    private static OperatorInputs Inputs(KernelCall call)
    {
        Tensor?[] inputs = [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)];
        return new OperatorInputs(call.Operator, [.. inputs.Select(input => input?.Type)], inputs);
    }

    private static int[] Along((int Start, int Count, int Step)[] ranges, int[] coordinates) =>
        [.. coordinates.Select((coordinate, axis) => ranges[axis].Start + (coordinate * ranges[axis].Step))];

    private static void Slice(SliceOperator @operator, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var ranges = @operator.Ranges(call.Input(0).Shape, Inputs(call), 1)!;
        HostMoves.Move(call.Input(0), call.Output(0), call.Output(0).Shape, from => Along(ranges, from), to => to);
    }

    private static void SliceGradient(SliceGradientOperator @operator, KernelCall call)
    {
        var ranges = @operator.Forward.Ranges(call.Output(0).Shape, Inputs(call), 2)!;
        call.Output(0).AsBytes().Clear();
        HostMoves.Move(call.Input(0), call.Output(0), call.Input(0).Shape, from => from, to => Along(ranges, to));
    }

    /// <summary>Element of x that an element of the padded tensor comes from, or -1.</summary>
    private static int PadSource(PadOperator @operator, (int Begin, int End)[] amounts, int index, Shape padded, Shape x)
    {
        var coordinates = HostMoves.Coordinates(index, padded);
        for (var axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] = @operator.Source(coordinates[axis] - amounts[axis].Begin, x[axis]);
            if (coordinates[axis] < 0)
            {
                return -1;
            }
        }

        return HostMoves.Index(coordinates, x);
    }

    private static void Pad(PadOperator @operator, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        Tensor x = call.Input(0), y = call.Output(0);
        var amounts = @operator.Amounts(x.Shape, Inputs(call), 1)!;
        using var value = call.OptionalInput(2)?.Share() ?? Tensor.Zeros(new TensorType(x.ElementType, Shape.Scalar));
        if (call.OptionalInput(2) is null)
        {
            HostElements.StoreReals(value, [@operator.Value]);
        }

        HostMoves.Gather(x, y, i => PadSource(@operator, amounts, i, y.Shape, x.Shape), value);
    }

    private static void PadGradient(PadGradientOperator @operator, KernelCall call)
    {
        Tensor dy = call.Input(0), dx = call.Output(0);
        var amounts = @operator.Forward.Amounts(dx.Shape, Inputs(call), 2)!;
        var sums = new double[dx.Shape.Elements];
        double rest = 0;
        var values = HostElements.Reals(dy);
        for (var i = 0; i < values.Length; i++)
        {
            var source = PadSource(@operator.Forward, amounts, i, dy.Shape, dx.Shape);
            if (source >= 0)
            {
                sums[source] += values[i];
            }
            else
            {
                rest += values[i];
            }
        }

        HostElements.StoreReals(dx, sums);
        if (call.HasOutput(1))
        {
            HostElements.StoreReals(call.Output(1), [rest]);
        }
    }

    /// <summary>Element of the deep tensor for an element of the wide one.</summary>
    private static int BlockIndex(Shape wide, Shape deep, int index, int block, bool columnsFirst)
    {
        var at = HostMoves.Coordinates(index, wide);
        var inBlock = (at[2] % block * block) + (at[3] % block);
        var channel = columnsFirst ? (at[1] * block * block) + inBlock : (inBlock * wide[1]) + at[1];
        return HostMoves.Index([at[0], channel, at[2] / block, at[3] / block], deep);
    }

    private static void Reverse(ReverseSequenceOperator @operator, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var lengths = HostElements.Ints(call.Input(1));
        HostMoves.Gather(call.Input(0), call.Output(0), i =>
        {
            var at = HostMoves.Coordinates(i, shape);
            var length = Math.Min(lengths[at[@operator.BatchAxis]], shape[@operator.TimeAxis]);
            at[@operator.TimeAxis] = at[@operator.TimeAxis] < length ? length - 1 - at[@operator.TimeAxis] : at[@operator.TimeAxis];
            return HostMoves.Index(at, shape);
        });
    }

    private static void CenterCropPad(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        Shape from = call.Input(0).Shape, to = call.Output(0).Shape;
        HostMoves.Gather(call.Input(0), call.Output(0), i =>
        {
            var at = HostMoves.Coordinates(i, to);
            for (var axis = 0; axis < at.Length; axis++)
            {
                at[axis] += from[axis] >= to[axis] ? (from[axis] - to[axis]) / 2 : -((to[axis] - from[axis]) / 2);
                if (at[axis] < 0 || at[axis] >= from[axis])
                {
                    return -1;
                }
            }

            return HostMoves.Index(at, from);
        });
    }
}
