using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of poolings with one or two spatial dimensions, float32.</summary>
internal static class PoolingKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<MaxPoolOperator>((context, pool, request) =>
            (pool.IsColumnMajor ? null : Create(context, request, pool.Options, request.Inputs[0]!.Shape, true, raw => pool.HasIndices ? new MaxWithPlaces(raw) : new Max(raw)))
            ?? WindowPooling.Create(context, request, pool.Options, false))
        .Add<MaxPoolLastOperator>((context, pool, request) =>
            QuantisedKernels.MaxPool(context, pool, request)
            ?? Create(context, request, pool.Options, ChannelsLast.ToFirst(request.Inputs[0]!.Shape), false, raw => new Max(raw)))
        .Add<MaxPoolLastGradientOperator>((context, pool, request) => Create(context, request, pool.Options, pool.Image, false, raw => new MaxGradient(raw)))
        .Add<MaxPoolGradientOperator>((context, pool, request) =>
            Create(context, request, pool.Options, request.Inputs[1]!.Shape, true, raw => new MaxGradientFromImage(raw))
            ?? WindowPooling.Create(context, request, pool.Options, true))
        .Add<AveragePoolOperator>((context, pool, request) => IsGlobal(request, pool.Options)
            ? new GlobalAverage(context)
            : Create(context, request, pool.Options, request.Inputs[0]!.Shape, true, raw => new Average(raw), pool.CountsPadding)
                ?? WindowPooling.Create(context, request, pool.Options, false, pool.CountsPadding))
        .Add<AveragePoolGradientOperator>((context, pool, request) =>
            Create(context, request, pool.Options, request.Inputs[1]!.Shape, true, raw => new AverageGradient(raw), pool.CountsPadding)
            ?? WindowPooling.Create(context, request, pool.Options, true, pool.CountsPadding))
        .Add<LpPoolOperator>((context, pool, request) => WindowPooling.Create(context, request, pool.Options, false))
        .Add<LpPoolGradientOperator>((context, pool, request) => WindowPooling.Create(context, request, pool.Options, true));

    private static bool IsGlobal(KernelRequest request, PoolAttributes options) =>
        options.IsGlobal && request.Inputs[0]!.ElementType == ElementType.Float32 && request.Inputs[0]!.Shape.Elements > 0;

    private static IKernel? Create(
        CpuKernelContext context, KernelRequest request, PoolAttributes options, Shape image, bool channelsFirst, Func<CpuPooling, IKernel> create, bool countsPadding = false) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && image.Elements > 0 && Geometries.Pooling(options, image, channelsFirst, countsPadding) is { } geometry
            ? create(new CpuPooling(geometry, context.Level, context.Team, context.Stop))
            : null;

    private sealed class Max(CpuPooling pooling) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call) => pooling.Max(
            call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>(), call.HasOutput(1) ? call.Output(1).AsSpan<int>() : []);
    }

    /// <summary>Places are counted over all images, where the raw kernel counts in a channel.</summary>
    private sealed class MaxWithPlaces(CpuPooling pooling) : IKernel, ISkipsUnusedOutputs
    {
        private readonly AlignedBuffer _places = new();

        public void Run(KernelCall call)
        {
            var y = call.Output(0).AsSpan<float>();
            _places.Ensure(y.Length);
            var places = _places.Ints[..y.Length];
            pooling.Max(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), y, places);
            if (!call.HasOutput(1))
            {
                return;
            }

            var to = call.Output(1).AsSpan<long>();
            int plane = pooling.Geometry.Height * pooling.Geometry.Width, windows = pooling.Geometry.OutputHeight * pooling.Geometry.OutputWidth;
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = ((long)(i / windows) * plane) + places[i];
            }
        }
    }

    private sealed class Average(CpuPooling pooling) : IKernel
    {
        public void Run(KernelCall call) => pooling.Average(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
    }

    private sealed class AverageGradient(CpuPooling pooling) : IKernel
    {
        public void Run(KernelCall call) => pooling.AverageGradient(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
    }

    /// <summary>Means of whole planes, which lie in one run.</summary>
    private sealed unsafe class GlobalAverage(CpuKernelContext context) : RangeKernel(context)
    {
        private float* _x;
        private float* _y;
        private int _size;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Output(0).Address;
            _size = call.Input(0).Shape.Elements / call.Output(0).Shape.Elements;
            Share(call.Output(0).Shape.Elements, call.Input(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part) => Vector.Reductions.AxisMean(
            Context.Level, end - start, _size, 1, new ReadOnlySpan<float>(_x + ((nint)start * _size), (end - start) * _size), new Span<float>(_y + start, end - start));
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
