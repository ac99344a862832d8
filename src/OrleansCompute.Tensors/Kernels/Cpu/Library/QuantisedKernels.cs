using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of 8-bit operators. Weights must be signed constants with zero as their zero point, and scales constants: they are packed once.
/// </summary>
internal static class QuantisedKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<QuantizeLinearOperator>((context, quantise, request) =>
            request.Inputs[0]!.ElementType == ElementType.Float32 && request.Inputs[1]!.Shape.Elements == 1 && quantise.BlockSize == 0 && IsBytes(request.Outputs[0])
                ? new QuantiseKernel(context)
                : null)
        .Add<DequantizeLinearOperator>((context, quantise, request) =>
            request.Outputs[0].ElementType == ElementType.Float32 && request.Inputs[1]!.Shape.Elements == 1 && quantise.BlockSize == 0 && IsBytes(request.Inputs[0]!)
                ? new DequantiseKernel(context)
                : null)
        .Add<QLinearConvOperator>((context, _, request) => Pixels(context, request))
        .Add<QLinearConvLastOperator>(Images)
        .Add<FakeQuantizeOperator>((_, fake, request) => request.Outputs[0].ElementType == ElementType.Float32 ? new FakeQuantiseKernel(fake.Low, fake.High, fake.Axis, false) : null)
        .Add<FakeQuantizeGradientOperator>((_, fake, request) => request.Outputs[0].ElementType == ElementType.Float32 ? new FakeQuantiseKernel(fake.Low, fake.High, fake.Axis, true) : null);

    /// <summary>Max-pooling of bytes with channels last; null for other types and windows.</summary>
    public static IKernel? MaxPool(CpuKernelContext context, MaxPoolLastOperator pool, KernelRequest request) =>
        IsBytes(request.Inputs[0]!) && request.Inputs[0]!.Shape.Elements > 0
            && Geometries.Pooling(pool.Options, ChannelsLast.ToFirst(request.Inputs[0]!.Shape), false) is { DilationX: 1, DilationY: 1 } geometry
            ? new PoolKernel(context, geometry, request.Inputs[0]!.ElementType == ElementType.Int8)
            : null;

    private static bool IsBytes(TensorType type) => type.ElementType is ElementType.UInt8 or ElementType.Int8;

    /// <summary>A convolution of images of one pixel without padding: a product of rows.</summary>
    private static GemmKernel? Pixels(CpuKernelContext context, KernelRequest request)
    {
        Shape image = request.Inputs[0]!.Shape, weights = request.Inputs[3]!.Shape, map = request.Outputs[0].Shape;
        var isPixel = image.Elements == image[0] * image[1] && weights.Elements == weights[0] * image[1] && map.Elements == map[0] * map[1];
        if (!isPixel || image[0] == 0 || image[1] > CpuInt8Gemm.MaxDepth || QuantisedLayer.Of(request) is not { } layer)
        {
            return null;
        }

        var gemm = new CpuInt8Gemm(context.Level, context.Team);
        gemm.Prepare(image[1], weights[0], layer.Weights.AsSpan<sbyte>(), true, layer.InputZero, layer.IsSigned, layer.Scales, [], layer.Bias);
        return new GemmKernel(gemm, image[0], image[1], weights[0], layer.Output);
    }

    private static ConvKernel? Images(CpuKernelContext context, QLinearConvLastOperator conv, KernelRequest request)
    {
        if (QuantisedLayer.Of(request) is not { } layer
            || Geometries.Convolution(conv.Geometry(request.Inputs[0]!.Shape, request.Inputs[3]!.Shape), false) is not { } geometry
            || geometry.Area * (long)geometry.GroupChannels > CpuInt8Gemm.MaxDepth)
        {
            return null;
        }

        var kernel = new CpuInt8Convolution(geometry, context.Level, context.Team);
        kernel.Prepare(layer.Weights.AsSpan<sbyte>(), layer.InputZero, layer.IsSigned, layer.Scales, [], layer.Bias);
        return new ConvKernel(kernel, layer.Output);
    }

    private sealed class QuantiseKernel(CpuKernelContext context) : IKernel
    {
        public void Run(KernelCall call)
        {
            var x = call.Input(0).AsSpan<float>();
            var zero = call.OptionalInput(2);
            if (call.Output(0).ElementType == ElementType.Int8)
            {
                Quantisation.Quantise(context.Level, 1, x.Length, x, call.Input(1).AsSpan<float>(), zero is null ? [] : zero.AsSpan<sbyte>(), call.Output(0).AsSpan<sbyte>());
            }
            else
            {
                Quantisation.Quantise(context.Level, 1, x.Length, x, call.Input(1).AsSpan<float>(), zero is null ? [] : zero.AsSpan<byte>(), call.Output(0).AsSpan<byte>());
            }
        }
    }

    private sealed class DequantiseKernel(CpuKernelContext context) : IKernel
    {
        public void Run(KernelCall call)
        {
            var y = call.Output(0).AsSpan<float>();
            var zero = call.OptionalInput(2);
            if (call.Input(0).ElementType == ElementType.Int8)
            {
                Quantisation.Dequantise(context.Level, 1, y.Length, call.Input(0).AsSpan<sbyte>(), call.Input(1).AsSpan<float>(), zero is null ? [] : zero.AsSpan<sbyte>(), y);
            }
            else
            {
                Quantisation.Dequantise(context.Level, 1, y.Length, call.Input(0).AsSpan<byte>(), call.Input(1).AsSpan<float>(), zero is null ? [] : zero.AsSpan<byte>(), y);
            }
        }
    }

    private sealed unsafe class GemmKernel(CpuInt8Gemm gemm, int rows, int depth, int columns, Int8Output output) : IKernel
    {
        public void Run(KernelCall call) => gemm.Run(rows, call.Input(0).Address, depth, output, call.Output(0).Address, columns);
    }

    private sealed unsafe class ConvKernel(CpuInt8Convolution conv, Int8Output output) : IKernel
    {
        public void Run(KernelCall call) => conv.Run(call.Input(0).Shape[0], call.Input(0).Address, output, call.Output(0).Address);
    }

    private sealed class PoolKernel(CpuKernelContext context, PoolGeometry geometry, bool signed) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call)
        {
            if (call.HasOutput(1))
            {
                throw new NotSupportedException("Max-pooling of bytes does not tell the places of the maxima.");
            }

            Int8Pooling.Max(context.Level, geometry, signed, call.Input(0).Shape[0], call.Input(0).AsBytes(), call.Output(0).AsBytes());
        }
    }

    /// <summary>x rounded to codes and back, or the gradient where the code was not clamped: inputs (dy,) x, scale, optional zero point.</summary>
    private sealed class FakeQuantiseKernel(int low, int high, int axis, bool isGradient) : IKernel
    {
        public void Run(KernelCall call)
        {
            var first = isGradient ? 1 : 0;
            Span<float> x = call.Input(first).AsSpan<float>(), y = call.Output(0).AsSpan<float>();
            var dy = isGradient ? call.Input(0).AsSpan<float>() : x;
            var scales = call.Input(first + 1).AsSpan<float>();
            var shape = call.Input(first).Shape;
            var inner = scales.Length == 1 ? x.Length : shape.Product(shape.Axis(axis, "FakeQuantize") + 1, shape.Rank);
            for (int at = 0, k = 0; at < x.Length; at += inner, k = k + 1 == scales.Length ? 0 : k + 1)
            {
                var zero = Zero(call.OptionalInput(first + 2), k);
                var (scale, from, to) = (scales[k], low - zero, high - zero);
                for (var i = at; i < at + inner; i++)
                {
                    var code = MathF.Round(x[i] / scale);
                    y[i] = isGradient ? (code >= from && code <= to ? dy[i] : 0) : Math.Clamp(code, from, to) * scale;
                }
            }
        }

        private static float Zero(Tensor? zero, int index) => zero switch
        {
            null => 0,
            { ElementType: ElementType.UInt8 } => zero.AsSpan<byte>()[zero.Shape.Elements == 1 ? 0 : index],
            { ElementType: ElementType.Int8 } => zero.AsSpan<sbyte>()[zero.Shape.Elements == 1 ? 0 : index],
            { ElementType: ElementType.Float32 } => zero.AsSpan<float>()[zero.Shape.Elements == 1 ? 0 : index],
            _ => (float)zero.ToDoubles()[zero.Shape.Elements == 1 ? 0 : index],
        };
    }
}
