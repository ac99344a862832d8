using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of reductions on float32.</summary>
internal static class ReductionLaunches
{
    /// <summary>From this many elements per result on, and below this many results, a group works on each.</summary>
    private const int MinGroupElements = 1024;
    private const int MaxGroupResults = 4096;

    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<ReduceOperator>(Reduce)
        .Add<ReduceExpandOperator>(Expand)
        .Add<SumToOperator>((context, _, request) => SumTo(context, request))
        .Add<SumToLikeOperator>((context, _, request) => SumTo(context, request))
        .Add<ChannelSumOperator>((context, _, request) => ChannelSum(context, request));

    private static Action<KernelCall>? Reduce(IlgpuContext context, ReduceOperator op, KernelRequest request) =>
        Axes(request, 1, request.Inputs[0]!.Shape, op.Axes, op.IsNoopWithoutAxes) is { } reduced
            ? Reduce(context, request, reduced, op.Reduction)
            : null;

    private static Action<KernelCall>? SumTo(IlgpuContext context, KernelRequest request)
    {
        Shape from = request.Inputs[0]!.Shape, to = request.Outputs[0].Shape;
        var reduced = new bool[from.Rank];
        for (var axis = 0; axis < reduced.Length; axis++)
        {
            var target = axis - (from.Rank - to.Rank);
            reduced[axis] = target < 0 || (to[target] == 1 && from[axis] != 1);
        }

        return Reduce(context, request, reduced, Reduction.Sum);
    }

    private static Action<KernelCall>? ChannelSum(IlgpuContext context, KernelRequest request)
    {
        var reduced = new bool[request.Inputs[0]!.Shape.Rank];
        Array.Fill(reduced, true);
        reduced[1] = false;
        return Reduce(context, request, reduced, Reduction.Sum);
    }

    private static Action<KernelCall>? Expand(IlgpuContext context, ReduceExpandOperator op, KernelRequest request)
    {
        var shape = request.Outputs[0].Shape;
        if (!IlgpuKernelLibrary.AreReal(request, 1) || Axes(request, 2, shape, op.Axes, op.IsNoopWithoutAxes) is not { } reduced
            || IndexMap.Broadcast(ReducedAxes.Result(shape, reduced, keepsDimensions: true), shape) is not { } map)
        {
            return null;
        }

        var repeats = shape.Elements / Math.Max(request.Inputs[0]!.Shape.Elements, 1);
        var factor = op.IsMean ? 1f / repeats : 1f;
        var run = context.Load("Expand", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, IndexMap, float>(ReductionKernels.Expand));
        return call => run(shape.Elements, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), map, factor);
    }

    /// <summary>The launch of a reduction from x to y; null when the shape has too many dimensions.</summary>
    public static Action<ArrayView<float>, ArrayView<float>>? Create(IlgpuContext context, Shape shape, bool[] isReduced, Reduction reduction)
    {
        int[] strides = shape.Strides(), all = [.. Enumerable.Range(0, shape.Rank)];
        if (Map([.. all.Where(axis => !isReduced[axis])]) is not { } kept || Map([.. all.Where(axis => isReduced[axis])]) is not { } reduced)
        {
            return null;
        }

        int count = 1, results = 1;
        foreach (var axis in all)
        {
            (count, results) = isReduced[axis] ? (count * shape[axis], results) : (count, results * shape[axis]);
        }

        var group = Math.Min(ReductionKernels.MaxGroup, 1 << BitOperations.Log2((uint)context.Device.MaxNumThreadsPerGroup));
        if (count >= MinGroupElements && results is > 0 and <= MaxGroupResults && ReductionKernels.IsTree(reduction))
        {
            var runGroup = context.Load("ReduceGroup", device =>
                device.LoadStreamKernel<ArrayView<float>, ArrayView<float>, IndexMap, IndexMap, int, int>(ReductionKernels.ReduceGroup));
            return (x, y) => runGroup(new KernelConfig(results, group), x, y, kept, reduced, count, (int)reduction);
        }

        var run = context.Load("Reduce", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, IndexMap, IndexMap, int, int>(ReductionKernels.Reduce));
        return (x, y) => run(results, x, y, kept, reduced, count, (int)reduction);

        IndexMap? Map(int[] axes) => IndexMap.Create(Array.ConvertAll(axes, axis => shape[axis]), Array.ConvertAll(axes, axis => strides[axis]));
    }

    private static Action<KernelCall>? Reduce(IlgpuContext context, KernelRequest request, bool[] isReduced, Reduction reduction) =>
        IlgpuKernelLibrary.AreReal(request, 1) && Create(context, request.Inputs[0]!.Shape, isReduced, reduction) is { } run
            ? call => run(context.View<float>(call.Input(0)), context.View<float>(call.Output(0)))
            : null;

    /// <summary>Null when the axes are known only when the kernel runs.</summary>
    private static bool[]? Axes(KernelRequest request, int input, Shape shape, IntList? axes, bool isNoop)
    {
        var isGiven = input < request.Inputs.Count && request.Inputs[input] is not null;
        return isGiven && request.Constants[input] is null ? null : ReducedAxes.Of(
            shape, isGiven ? HostElements.Ints(request.Constants[input]!) : axes?.ToArray() ?? [], isNoop, request.Operator.Name);
    }
}
