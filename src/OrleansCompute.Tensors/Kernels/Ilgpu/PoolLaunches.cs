using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Pooling;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of poolings over one or two dimensions, on float32.</summary>
internal static class PoolLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<MaxPoolOperator>(Max)
        .Add<MaxPoolGradientOperator>(MaxGradient)
        .Add<AveragePoolOperator>(Average)
        .Add<AveragePoolGradientOperator>(AverageGradient);

    private static PlaneShape? Plane(KernelRequest request, PoolAttributes options, int image) => IlgpuKernelLibrary.AreReal(request, 2)
        ? PlaneShape.Create(options.For(request.Operator.Name, request.Inputs[image]!.Shape))
        : null;

    private static Action<KernelCall>? Max(IlgpuContext context, MaxPoolOperator op, KernelRequest request)
    {
        if (op.IsColumnMajor || Plane(request, op.Options, 0) is not { } plane)
        {
            return null;
        }

        var count = request.Outputs[0].Shape.Elements;
        var run = context.Load("Max", device => device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, PlaneShape>(PoolKernels.Max));
        var places = context.Load("MaxPlaces", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<long>, PlaneShape>(PoolKernels.MaxPlaces));
        return call =>
        {
            run(count, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), plane);
            if (op.HasIndices && call.HasOutput(1))
            {
                places(count, context.View<float>(call.Input(0)), context.View<long>(call.Output(1)), plane);
            }
        };
    }

    private static Action<KernelCall>? Average(IlgpuContext context, AveragePoolOperator op, KernelRequest request)
    {
        if (Plane(request, op.Options, 0) is not { } plane)
        {
            return null;
        }

        var count = request.Outputs[0].Shape.Elements;
        var run = context.Load("Average", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, PlaneShape, int>(PoolKernels.Average));
        return call => run(count, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), plane, op.CountsPadding ? 1 : 0);
    }

    private static Action<KernelCall>? MaxGradient(IlgpuContext context, MaxPoolGradientOperator op, KernelRequest request)
    {
        if (Plane(request, op.Options, 1) is not { } plane)
        {
            return null;
        }

        var planes = request.Outputs[0].Shape.Product(0, 2);
        var run = context.Load("MaxGradient", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, PlaneShape>(PoolKernels.MaxGradient));
        return call => run(planes, context.View<float>(call.Input(0)), context.View<float>(call.Input(1)), context.View<float>(call.Output(0)), plane);
    }

    private static Action<KernelCall>? AverageGradient(IlgpuContext context, AveragePoolGradientOperator op, KernelRequest request)
    {
        if (Plane(request, op.Options, 1) is not { } plane)
        {
            return null;
        }

        var planes = request.Outputs[0].Shape.Product(0, 2);
        var run = context.Load("AverageGradient", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, PlaneShape, int>(PoolKernels.AverageGradient));
        return call => run(planes, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), plane, op.CountsPadding ? 1 : 0);
    }
}
