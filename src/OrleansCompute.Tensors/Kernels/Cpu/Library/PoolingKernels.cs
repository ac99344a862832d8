using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of poolings with one or two spatial dimensions, float32.</summary>
internal static class PoolingKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<MaxPoolOperator>((context, pool, request) =>
            pool.HasIndices || request.Inputs[0]!.Shape.Elements == 0 ? null : Create(context, request, pool.Options, request.Inputs[0]!.Shape, true, raw => new Max(raw)))
        .Add<MaxPoolLastOperator>((context, pool, request) =>
            QuantisedKernels.MaxPool(context, pool, request)
            ?? Create(context, request, pool.Options, ChannelsLast.ToFirst(request.Inputs[0]!.Shape), false, raw => new Max(raw)))
        .Add<MaxPoolLastGradientOperator>((context, pool, request) => Create(context, request, pool.Options, pool.Image, false, raw => new MaxGradient(raw)))
        .Add<MaxPoolGradientOperator>((context, pool, request) =>
            Create(context, request, pool.Options, request.Inputs[1]!.Shape, true, raw => new MaxGradientFromImage(raw)));

    private static IKernel? Create(CpuKernelContext context, KernelRequest request, PoolAttributes options, Shape image, bool channelsFirst, Func<CpuPooling, IKernel> create) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && image.Elements > 0 && Geometries.Pooling(options, image, channelsFirst) is { } geometry
            ? create(new CpuPooling(geometry, context.Level, context.Team))
            : null;

    private sealed class Max(CpuPooling pooling) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call) => pooling.Max(
            call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>(), call.HasOutput(1) ? call.Output(1).AsSpan<int>() : []);
    }

    private sealed class MaxGradient(CpuPooling pooling) : IKernel
    {
        public void Run(KernelCall call) => pooling.MaxGradient(
            call.Input(0).Shape[0], call.Input(1).AsSpan<int>(), call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
    }

    /// <summary>Finds the maxima again: the logical operator does not hand them over.</summary>
    private sealed class MaxGradientFromImage(CpuPooling pooling) : IKernel
    {
        private readonly AlignedBuffer _pooled = new();
        private readonly AlignedBuffer _indices = new();

        public void Run(KernelCall call)
        {
            var (batch, length) = (call.Input(0).Shape[0], call.Input(0).Shape.Elements);
            _pooled.Ensure(length);
            _indices.Ensure(length);
            pooling.Max(batch, call.Input(1).AsSpan<float>(), _pooled.Floats[..length], _indices.Ints[..length]);
            pooling.MaxGradient(batch, _indices.Ints[..length], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
        }
    }
}
