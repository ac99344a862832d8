using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of operators that only move elements, of any type.</summary>
internal static class MoveLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<IdentityOperator>((context, _, request) => Copy(context, request))
        .Add<ViewOperator>((context, _, request) => Copy(context, request))
        .Add<ReshapeOperator>((context, _, request) => Copy(context, request))
        .Add<ReshapeLikeOperator>((context, _, request) => Copy(context, request))
        .Add<FlattenOperator>((context, _, request) => Copy(context, request))
        .Add<SqueezeOperator>((context, _, request) => Copy(context, request))
        .Add<UnsqueezeOperator>((context, _, request) => Copy(context, request))
        .Add<TransposeOperator>(Transpose)
        .Add<ExpandOperator>((context, _, request) => Expand(context, request))
        .Add<ExpandLikeOperator>((context, _, request) => Expand(context, request))
        .Add<ChannelExpandLikeOperator>(ChannelExpand)
        .Add<ConcatOperator>(Concat)
        .Add<SplitOperator>((context, op, request) => Split(context, op.Axis, request))
        .Add<SplitLikeOperator>((context, op, request) => Split(context, op.Axis, request))
        .Add<SliceOperator>(Slice)
        .Add<GatherOperator>(Gather)
        .Add<GatherGradientOperator>(GatherGradient)
        .Add<FillOperator>((context, fill, request) => Fill(context, request, (float)fill.Value))
        .Add<ZerosLikeOperator>((context, _, request) => Fill(context, request, 0))
        .Add<OnesLikeOperator>((context, _, request) => Fill(context, request, 1));

    /// <summary>Input 1 as int32 from 0 to size - 1, in scratch memory.</summary>
    public static Tensor Indices(IlgpuContext context, KernelCall call, int size, bool isSigned = true)
    {
        var given = call.Input(1);
        var indices = call.Scratch(new TensorType(ElementType.Int32, given.Shape));
        var (to, fault, count) = (context.View<int>(indices), context.Fault(), given.Shape.Elements);
        if (count > 0 && given.ElementType == ElementType.Int32)
        {
            var run = context.Load("Indices32", device =>
                device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>, ArrayView<int>, int, int>(MoveKernels.Indices32));
            run(count, context.View<int>(given), to, fault, size, isSigned ? 1 : 0);
        }
        else if (count > 0)
        {
            var run = context.Load("Indices64", device =>
                device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<long>, ArrayView<int>, ArrayView<int>, int, int>(MoveKernels.Indices64));
            run(count, context.View<long>(given), to, fault, size, isSigned ? 1 : 0);
        }

        return indices;
    }

    private static Action<KernelCall>? Copy(IlgpuContext context, KernelRequest request)
    {
        int[] sizes = [request.Outputs[0].Shape.Elements];
        return Move(context, request, sizes, IndexMap.Create(sizes, [1]), IndexMap.Create(sizes, [1]));
    }

    private static Action<KernelCall>? Transpose(IlgpuContext context, TransposeOperator op, KernelRequest request)
    {
        var strides = request.Inputs[0]!.Shape.Strides();
        var shape = request.Outputs[0].Shape;
        return Move(
            context, request, shape.ToArray(),
            IndexMap.Create(shape.Dimensions, Array.ConvertAll(op.OrderFor(request.Inputs[0]!.Shape), axis => strides[axis])),
            IndexMap.Create(shape.Dimensions, shape.Strides()));
    }

    private static Action<KernelCall>? Expand(IlgpuContext context, KernelRequest request)
    {
        var shape = request.Outputs[0].Shape;
        return Move(context, request, shape.ToArray(), IndexMap.Broadcast(request.Inputs[0]!.Shape, shape), IndexMap.Broadcast(shape, shape));
    }

    private static Action<KernelCall>? ChannelExpand(IlgpuContext context, ChannelExpandLikeOperator op, KernelRequest request)
    {
        var shape = request.Outputs[0].Shape;
        int[] sizes = [shape[0], shape[1], shape.Product(2, shape.Rank)];
        return Move(context, request, sizes, IndexMap.Create(sizes, [0, 1, 0]), IndexMap.Create(sizes, new Shape(sizes).Strides()));
    }

    private static Action<KernelCall>? Slice(IlgpuContext context, SliceOperator op, KernelRequest request)
    {
        var inputs = new OperatorInputs(op, [.. request.Inputs], [.. request.Constants]);
        var shape = request.Inputs[0]!.Shape;
        if (op.Ranges(shape, inputs, 1) is not { } ranges)
        {
            return null;
        }

        int[] strides = shape.Strides(), sizes = Array.ConvertAll(ranges, range => range.Count);
        var start = 0;
        for (var axis = 0; axis < strides.Length; axis++)
        {
            start += ranges[axis].Start * strides[axis];
            strides[axis] *= ranges[axis].Step;
        }

        return Move(context, request, sizes, IndexMap.Create(sizes, strides, start), IndexMap.Create(sizes, new Shape(sizes).Strides()));
    }

    private static Action<KernelCall>? Concat(IlgpuContext context, ConcatOperator op, KernelRequest request)
    {
        var (moves, target) = (new List<Action<KernelCall>>(), request.Outputs[0].Shape);
        int axis = target.Axis(op.Axis, op.Name), start = 0;
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            var shape = request.Inputs[i]!.Shape;
            if (Move(
                context, request, shape.ToArray(), IndexMap.Create(shape.Dimensions, shape.Strides()),
                IndexMap.Create(shape.Dimensions, target.Strides(), start * target.Strides()[axis]), i, 0) is not { } move)
            {
                return null;
            }

            moves.Add(move);
            start += shape[axis];
        }

        return call => moves.ForEach(move => move(call));
    }

    private static Action<KernelCall>? Split(IlgpuContext context, int splitAxis, KernelRequest request)
    {
        var (moves, source) = (new List<Action<KernelCall>>(), request.Inputs[0]!.Shape);
        int axis = source.Axis(splitAxis, "Split"), start = 0;
        for (var i = 0; i < request.Outputs.Count; i++)
        {
            var shape = request.Outputs[i].Shape;
            if (Move(
                context, request, shape.ToArray(), IndexMap.Create(shape.Dimensions, source.Strides(), start * source.Strides()[axis]),
                IndexMap.Create(shape.Dimensions, shape.Strides()), 0, i) is not { } move)
            {
                return null;
            }

            moves.Add(move);
            start += shape[axis];
        }

        return call => moves.ForEach(move => move(call));
    }

    private static Action<KernelCall>? Fill(IlgpuContext context, KernelRequest request, float value)
    {
        if (request.Outputs[0] is not { ElementType: ElementType.Float32 } output)
        {
            return null;
        }

        var fill = context.Load("Fill", device => device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, float>(MoveKernels.Fill));
        return call => fill(output.Shape.Elements, context.View<float>(call.Output(0)), value);
    }

    private static Action<KernelCall>? Gather(IlgpuContext context, GatherOperator op, KernelRequest request) =>
        request.Outputs[0].ElementType.Size() switch
        {
            1 => Gather<byte>(context, op, request),
            2 => Gather<ushort>(context, op, request),
            4 => Gather<uint>(context, op, request),
            _ => Gather<ulong>(context, op, request),
        };

    private static Action<KernelCall> Gather<T>(IlgpuContext context, GatherOperator op, KernelRequest request)
        where T : unmanaged
    {
        var shape = request.Inputs[0]!.Shape;
        var axis = shape.Axis(op.Axis, op.Name);
        int size = shape[axis], inner = shape.Product(axis + 1, shape.Rank), count = request.Outputs[0].Shape.Elements;
        var gather = context.Load($"Gather{typeof(T).Name}", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<int>, ArrayView<T>, int, int>(MoveKernels.Gather));
        return call =>
        {
            using var indices = Indices(context, call, size);
            gather(count, context.View<T>(call.Input(0)), context.View<int>(indices), context.View<T>(call.Output(0)), size, inner);
        };
    }

    private static Action<KernelCall>? GatherGradient(IlgpuContext context, GatherGradientOperator op, KernelRequest request)
    {
        if (request.Outputs[0].ElementType != ElementType.Float32)
        {
            return null;
        }

        var shape = request.Outputs[0].Shape;
        var axis = shape.Axis(op.Axis, op.Name);
        int size = shape[axis], inner = shape.Product(axis + 1, shape.Rank), outer = shape.Product(0, axis);
        var gather = context.Load("GatherGradient", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<int>, ArrayView<float>, int, int>(MoveKernels.GatherGradient));
        return call =>
        {
            using var indices = Indices(context, call, size);
            gather(outer * inner, context.View<float>(call.Input(0)), context.View<int>(indices), context.View<float>(call.Output(0)), size, inner);
        };
    }

    private static Action<KernelCall>? Move(
        IlgpuContext context, KernelRequest request, int[] sizes, IndexMap? from, IndexMap? to, int input = 0, int output = 0)
    {
        if (from is not { } source || to is not { } target)
        {
            return null;
        }

        var count = new Shape(sizes).Elements;
        return request.Outputs[0].ElementType.Size() switch
        {
            1 => Move<byte>(context, count, source, target, input, output),
            2 => Move<ushort>(context, count, source, target, input, output),
            4 => Move<uint>(context, count, source, target, input, output),
            _ => Move<ulong>(context, count, source, target, input, output),
        };
    }

    private static Action<KernelCall> Move<T>(IlgpuContext context, int count, IndexMap from, IndexMap to, int input, int output)
        where T : unmanaged
    {
        var move = context.Load($"Move{typeof(T).Name}", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, ArrayView<T>, IndexMap, IndexMap>(MoveKernels.Move));
        return call =>
        {
            if (count > 0)
            {
                move(count, context.View<T>(call.Input(input)), context.View<T>(call.Output(output)), from, to);
            }
        };
    }
}
