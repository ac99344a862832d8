using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of convolutions with one or two spatial dimensions, float32; channels first as ONNX has them, or last.</summary>
internal static class ConvolutionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ConvOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), true, (kernel, _) => new Forward(kernel, request, GemmActivation.None)))
        .Add<ConvInputGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", request.Inputs[2]!.Shape, request.Inputs[1]!.Shape), true, (kernel, _) => new InputGradient(kernel)))
        .Add<ConvWeightGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", request.Inputs[0]!.Shape, request.Inputs[2]!.Shape), true, (kernel, _) => new WeightGradient(kernel)))
        .Add<ConvLastOperator>((context, conv, request) =>
            Create(context, request, conv.Geometry(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), false, (kernel, _) => new Forward(kernel, request, Activations.Of(conv.Activation))))
        .Add<ConvLastInputGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", conv.Image, request.Inputs[1]!.Shape), false, (kernel, _) => new InputGradient(kernel)))
        .Add<ConvLastWeightGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", ChannelsLast.ToFirst(request.Inputs[0]!.Shape), conv.Weights), false, (kernel, _) => new WeightGradient(kernel)))
        .Add<ChannelSumOperator>((context, _, request) => request.Inputs[0]!.ElementType == ElementType.Float32 ? new ChannelSum(context) : null);

    private static IKernel? Create(
        CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool channelsFirst, Func<CpuConvolution, ConvolutionGeometry, IKernel> create) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && geometry.Batch > 0 && Geometries.Convolution(geometry, channelsFirst) is { } raw
            ? create(new CpuConvolution(raw, context.Level, context.Team), geometry)
            : null;

    private sealed class Forward : IKernel
    {
        private readonly CpuConvolution _conv;
        private readonly GemmActivation _activation;
        private readonly bool _isPrepared;

        public Forward(CpuConvolution conv, KernelRequest request, GemmActivation activation)
        {
            _conv = conv;
            _activation = activation;
            var hasBias = request.Inputs.Count > 2 && request.Inputs[2] is not null;
            if (request.Constants.Count > 1 && request.Constants[1] is { } weights && (!hasBias || request.Constants[2] is not null))
            {
                conv.Prepare(weights.AsSpan<float>(), hasBias ? request.Constants[2]!.AsSpan<float>() : []);
                _isPrepared = true;
            }
        }

        public void Run(KernelCall call)
        {
            if (!_isPrepared)
            {
                _conv.Prepare(call.Input(1).AsSpan<float>(), call.OptionalInput(2) is { } bias ? bias.AsSpan<float>() : []);
            }

            _conv.Forward(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>(), _activation);
        }
    }

    private sealed class InputGradient(CpuConvolution conv) : IKernel
    {
        public void Run(KernelCall call) => conv.InputGradient(
            call.Input(0).Shape[0], call.Input(1).AsSpan<float>(), call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>());
    }

    private sealed class WeightGradient(CpuConvolution conv) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call) => conv.WeightGradient(
            call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Input(1).AsSpan<float>(), call.Output(0).AsSpan<float>(), call.HasOutput(1) ? call.Output(1).AsSpan<float>() : []);
    }

    private sealed class ChannelSum(CpuKernelContext context) : IKernel
    {
        private readonly AlignedBuffer _sums = new();

        public void Run(KernelCall call)
        {
            var shape = call.Input(0).Shape;
            int images = shape[0], channels = shape[1], pixels = shape.Product(2, shape.Rank);
            _sums.Ensure(images * channels);
            var sums = _sums.Floats[..(images * channels)];
            Reductions.Axis<Reducers.Sum>(context.Level, images * channels, pixels, 1, call.Input(0).AsSpan<float>(), sums);
            Reductions.Axis<Reducers.Sum>(context.Level, 1, images, channels, sums, call.Output(0).AsSpan<float>());
        }
    }
}
