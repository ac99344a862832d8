using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of <see cref="VolumeConvolution"/> and <see cref="WindowConvolution"/>. Stateless.</summary>
internal static unsafe class WindowConvolutionKernels
{
    /// <summary>Inputs image, weights and, where there is one, bias.</summary>
    public static IKernel? ToMap(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && VolumeConvolution.Create(context, geometry) is { } volume
            ? new VolumeKernel(volume, takesBias, request)
            : Create(context, request, geometry) is { } raw ? new MapKernel(raw, takesBias) : null;

    /// <summary>Inputs map, weights and, where there is one, bias.</summary>
    public static IKernel? ToImage(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias) =>
        Create(context, request, geometry) is { } raw ? new ImageKernel(raw, takesBias) : null;

    /// <summary>The numbers of the inputs that are image and map.</summary>
    public static IKernel? ToWeights(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, int image, int map) =>
        Create(context, request, geometry) is { } raw ? new WeightKernel(raw, image, map) : null;

    private static WindowConvolution? Create(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 ? WindowConvolution.Create(context, geometry) : null;

    private sealed class VolumeKernel : IKernel
    {
        private readonly VolumeConvolution _raw;
        private readonly bool _takesBias;
        private readonly bool _isPrepared;

        public VolumeKernel(VolumeConvolution raw, bool takesBias, KernelRequest request)
        {
            (_raw, _takesBias) = (raw, takesBias);
            var hasBias = takesBias && request.Inputs.Count > 2 && request.Inputs[2] is not null;
            if (request.Constants.Count > 1 && request.Constants[1] is { } weights && (!hasBias || request.Constants[2] is not null))
            {
                raw.Prepare(weights.AsSpan<float>(), hasBias ? request.Constants[2]!.AsSpan<float>() : []);
                _isPrepared = true;
            }
        }

        public void Run(KernelCall call)
        {
            if (!_isPrepared)
            {
                _raw.Prepare(call.Input(1).AsSpan<float>(), _takesBias && call.OptionalInput(2) is { } bias ? bias.AsSpan<float>() : []);
            }

            _raw.Forward((float*)call.Input(0).Address, (float*)call.Output(0).Address);
        }
    }

    private sealed class MapKernel(WindowConvolution raw, bool takesBias) : IKernel
    {
        public void Run(KernelCall call) => raw.ToMap(
            (float*)call.Input(0).Address, (float*)call.Input(1).Address,
            takesBias && call.OptionalInput(2) is { } bias ? (float*)bias.Address : null, (float*)call.Output(0).Address);
    }

    private sealed class ImageKernel(WindowConvolution raw, bool takesBias) : IKernel
    {
        public void Run(KernelCall call) => raw.ToImage(
            (float*)call.Input(0).Address, (float*)call.Input(1).Address,
            takesBias && call.OptionalInput(2) is { } bias ? (float*)bias.Address : null, (float*)call.Output(0).Address);
    }

    private sealed class WeightKernel(WindowConvolution raw, int image, int map) : IKernel
    {
        public void Run(KernelCall call) =>
            raw.ToWeights((float*)call.Input(image).Address, (float*)call.Input(map).Address, (float*)call.Output(0).Address);
    }
}
