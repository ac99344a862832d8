using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of <see cref="WindowConvolution"/>. Stateless.</summary>
internal static unsafe class WindowConvolutionKernels
{
    /// <summary>Inputs image, weights and, where there is one, bias.</summary>
    public static IKernel? ToMap(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias) =>
        Create(context, request, geometry) is { } raw ? new MapKernel(raw, takesBias) : null;

    /// <summary>Inputs map, weights and, where there is one, bias.</summary>
    public static IKernel? ToImage(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias) =>
        Create(context, request, geometry) is { } raw ? new ImageKernel(raw, takesBias) : null;

    /// <summary>The numbers of the inputs that are image and map.</summary>
    public static IKernel? ToWeights(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, int image, int map) =>
        Create(context, request, geometry) is { } raw ? new WeightKernel(raw, image, map) : null;

    private static WindowConvolution? Create(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 ? WindowConvolution.Create(context, geometry) : null;

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
