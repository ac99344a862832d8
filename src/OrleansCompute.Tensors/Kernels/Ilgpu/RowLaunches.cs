using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Activations;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of operators on rows, on float32.</summary>
internal static class RowLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<SoftmaxOperator>((context, op, request) => Softmax(context, request, op.Axis, op.IsFlat, 0))
        .Add<LogSoftmaxOperator>((context, op, request) => Softmax(context, request, op.Axis, op.IsFlat, 1))
        .Add<SoftmaxGradientOperator>((context, op, request) => Gradient(context, request, op.Axis, op.IsFlat, 0))
        .Add<LogSoftmaxGradientOperator>((context, op, request) => Gradient(context, request, op.Axis, op.IsFlat, 1));

    private static Action<KernelCall>? Softmax(IlgpuContext context, KernelRequest request, int axis, bool isFlat, int isLog)
    {
        if (!IlgpuKernelLibrary.AreReal(request, 1))
        {
            return null;
        }

        var rows = SoftmaxRows.Of(request.Inputs[0]!.Shape, axis, isFlat);
        var run = context.Load("Softmax", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, int, int, int>(RowKernels.Softmax));
        return call => run(rows.Outer * rows.Inner, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), rows.Length, rows.Inner, isLog);
    }

    private static Action<KernelCall>? Gradient(IlgpuContext context, KernelRequest request, int axis, bool isFlat, int isLog)
    {
        if (!IlgpuKernelLibrary.AreReal(request, 2))
        {
            return null;
        }

        var rows = SoftmaxRows.Of(request.Inputs[0]!.Shape, axis, isFlat);
        var run = context.Load("SoftmaxGradient", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int>(RowKernels.SoftmaxGradient));
        return call => run(
            rows.Outer * rows.Inner, context.View<float>(call.Input(0)), context.View<float>(call.Input(1)), context.View<float>(call.Output(0)), rows.Length, rows.Inner, isLog);
    }
}
