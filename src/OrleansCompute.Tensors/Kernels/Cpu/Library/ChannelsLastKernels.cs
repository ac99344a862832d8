using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators on images with channels last that have no family of their own, float32.</summary>
internal static class ChannelsLastKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<AveragePoolLastOperator>((context, pool, request) =>
            request.Inputs[0]! is { ElementType: ElementType.Float32, Shape.Elements: > 0 } image
                && Geometries.Pooling(pool.Options, ChannelsLast.ToFirst(image.Shape), false, pool.CountsPadding) is { DilationX: 1, DilationY: 1 } geometry
                ? new Average(new CpuPooling(geometry, context.Level, context.Team, context.Stop))
                : null);

    private sealed class Average(CpuPooling pooling) : IKernel
    {
        public void Run(KernelCall call) => pooling.Average(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
    }
}
