using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of convolutions with one or two spatial dimensions, float32; channels first as ONNX has them, or last.</summary>
internal static class ConvolutionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ConvOperator>((context, conv, request) => conv.Options.For("Conv", request.Inputs[0]!.Shape, request.Inputs[1]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new Forward(kernel, request, GemmActivation.None))
                ?? WindowConvolutionKernels.ToMap(context, request, geometry, true)
            : null)
        .Add<ConvInputGradientOperator>((context, conv, request) => conv.Options.For("Conv", request.Inputs[2]!.Shape, request.Inputs[1]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new InputGradient(kernel, false))
                ?? WindowConvolutionKernels.ToImage(context, request, geometry, false)
            : null)
        .Add<ConvWeightGradientOperator>((context, conv, request) => conv.Options.For("Conv", request.Inputs[0]!.Shape, request.Inputs[2]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new WeightGradient(kernel, 0, 1))
                ?? WindowConvolutionKernels.ToWeights(context, request, geometry, 0, 1)
            : null)
        .Add<ConvTransposeOperator>((context, conv, request) => conv.Options.For("ConvTranspose", request.Inputs[0]!.Shape, request.Inputs[1]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new InputGradient(kernel, true))
                ?? WindowConvolutionKernels.ToImage(context, request, geometry, true)
            : null)
        .Add<ConvTransposeInputGradientOperator>((context, conv, request) => conv.Options.For("ConvTranspose", request.Inputs[2]!.Shape, request.Inputs[1]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new Forward(kernel, null, GemmActivation.None))
                ?? WindowConvolutionKernels.ToMap(context, request, geometry, false)
            : null)
        .Add<ConvTransposeWeightGradientOperator>((context, conv, request) => conv.Options.For("ConvTranspose", request.Inputs[0]!.Shape, request.Inputs[2]!.Shape) is var geometry
            ? Create(context, request, geometry, true, (kernel, _) => new WeightGradient(kernel, 1, 0))
                ?? WindowConvolutionKernels.ToWeights(context, request, geometry, 1, 0)
            : null)
        .Add<ConvLastOperator>((context, conv, request) =>
            Create(context, request, conv.Geometry(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), false, (kernel, _) => new Forward(kernel, request, Activations.Of(conv.Activation))))
        .Add<ConvLastInputGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", conv.Image, request.Inputs[1]!.Shape), false, (kernel, _) => new InputGradient(kernel, false)))
        .Add<ConvLastWeightGradientOperator>((context, conv, request) =>
            Create(context, request, conv.Options.For("Conv", ChannelsLast.ToFirst(request.Inputs[0]!.Shape), conv.Weights), false, (kernel, _) => new WeightGradient(kernel, 0, 1)))
        .Add<ChannelSumOperator>((context, _, request) => request.Inputs[0]!.ElementType == ElementType.Float32 ? new ChannelSum(context) : null);

    private static IKernel? Create(
        CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool channelsFirst, Func<CpuConvolution, ConvolutionGeometry, IKernel> create) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && geometry.Batch > 0 && Geometries.Convolution(geometry, channelsFirst) is { } raw
            && raw.PaddedHeight > (raw.KernelHeight - 1) * raw.DilationY && raw.PaddedWidth > (raw.KernelWidth - 1) * raw.DilationX
            && raw.OutputHeight * raw.OutputWidth == geometry.Window.MapSize && raw.OutputWidth == geometry.Window.Map[^1]
            ? create(new CpuConvolution(raw, context.Level, context.Team, context.Stop), geometry)
            : null;

    private sealed class Forward : IKernel
    {
        private readonly CpuConvolution _conv;
        private readonly GemmActivation _activation;
        private readonly bool _isPrepared;
        private readonly bool _takesBias;

        /// <summary>Without a request there is no bias, and weights are taken with each call.</summary>
        public Forward(CpuConvolution conv, KernelRequest? request, GemmActivation activation)
        {
            _conv = conv;
            _activation = activation;
            _takesBias = request is not null;
            if (request is null)
            {
                return;
            }

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
                _conv.Prepare(call.Input(1).AsSpan<float>(), _takesBias && call.OptionalInput(2) is { } bias ? bias.AsSpan<float>() : []);
            }

            _conv.Forward(call.Input(0).Shape[0], call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>(), _activation);
        }
    }

    private sealed class InputGradient(CpuConvolution conv, bool isTransposed) : IKernel
    {
        public void Run(KernelCall call) => conv.InputGradient(
            call.Input(0).Shape[0], call.Input(1).AsSpan<float>(), call.Input(0).AsSpan<float>(), call.Output(0).AsSpan<float>(),
            isTransposed && call.OptionalInput(2) is { } bias ? bias.AsSpan<float>() : []);
    }

    private sealed class WeightGradient(CpuConvolution conv, int image, int map) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call) => conv.WeightGradient(
            call.Input(0).Shape[0], call.Input(image).AsSpan<float>(), call.Input(map).AsSpan<float>(), call.Output(0).AsSpan<float>(), call.HasOutput(1) ? call.Output(1).AsSpan<float>() : []);
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
