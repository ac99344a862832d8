using System.Numerics;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
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
            IsReal(request.Inputs[0]!) && IsReal(request.Inputs[1]!) && IsBytes(request.Outputs[0])
                ? new QuantiseKernel(context, ScaleRuns.Of(request, quantise.Axis, quantise.BlockSize))
                : null)
        .Add<DequantizeLinearOperator>((context, quantise, request) =>
            IsReal(request.Outputs[0]) && (IsBytes(request.Inputs[0]!) || (request.Inputs[0]!.ElementType == ElementType.Int32 && request.Inputs.Count < 3))
                ? new DequantiseKernel(context, ScaleRuns.Of(request, quantise.Axis, quantise.BlockSize))
                : null)
        .Add<DynamicQuantizeLinearOperator>((context, _, request) => IsReal(request.Inputs[0]!) ? new DynamicKernel(context) : null)
        .Add<ConvIntegerOperator>((context, conv, request) =>
            IntegerProducts.Convolution(context, request, conv.Options.For(conv.Name, request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), false))
        .Add<QLinearMatMulOperator>((context, _, request) => HasRealScales(request) ? IntegerProducts.QuantisedProduct(context, request) : null)
        .Add<QLinearConvOperator>((context, conv, request) => Pixels(context, request) ?? (HasRealScales(request)
            ? IntegerProducts.Convolution(context, request, conv.Options.For(conv.Name, request.Inputs[0]!.Shape, request.Inputs[3]!.Shape), true)
            : null))
        .Add<QLinearConvLastOperator>(Images)
        .Add<FakeQuantizeOperator>((_, fake, request) => request.Outputs[0].ElementType == ElementType.Float32 ? new FakeQuantiseKernel(fake.Low, fake.High, fake.Axis, false) : null)
        .Add<FakeQuantizeGradientOperator>((_, fake, request) => request.Outputs[0].ElementType == ElementType.Float32 ? new FakeQuantiseKernel(fake.Low, fake.High, fake.Axis, true) : null);

    /// <summary>Max-pooling of bytes with channels last; null for other types and windows.</summary>
    public static IKernel? MaxPool(CpuKernelContext context, MaxPoolLastOperator pool, KernelRequest request) =>
        IsBytes(request.Inputs[0]!) && request.Inputs[0]!.Shape.Elements > 0
            && Geometries.Pooling(pool.Options, ChannelsLast.ToFirst(request.Inputs[0]!.Shape), false) is { DilationX: 1, DilationY: 1 } geometry
            ? new PoolKernel(context, geometry, request.Inputs[0]!.ElementType == ElementType.Int8)
            : null;

    private static bool IsReal(TensorType type) => type.ElementType == ElementType.Float32;

    private static bool HasRealScales(KernelRequest request) => IsReal(request.Inputs[1]!) && IsReal(request.Inputs[4]!) && IsReal(request.Inputs[6]!);

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

        var gemm = new CpuInt8Gemm(context.Level, context.Team, context.Stop);
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

        var kernel = new CpuInt8Convolution(geometry, context.Level, context.Team, context.Stop);
        kernel.Prepare(layer.Weights.AsSpan<sbyte>(), layer.InputZero, layer.IsSigned, layer.Scales, [], layer.Bias);
        return new ConvKernel(kernel, layer.Output);
    }

    private sealed class QuantiseKernel(CpuKernelContext context, ScaleRuns runs) : IKernel
    {
        public void Run(KernelCall call)
        {
            if (call.Output(0).Shape.Elements == 0)
            {
                return;
            }

            if (call.Output(0).ElementType == ElementType.Int8)
            {
                Run<sbyte>(call);
            }
            else
            {
                Run<byte>(call);
            }
        }

        private void Run<T>(KernelCall call)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            ReadOnlySpan<float> x = call.Input(0).AsSpan<float>(), scales = call.Input(1).AsSpan<float>();
            Span<T> y = call.Output(0).AsSpan<T>(), zeros = call.OptionalInput(2) is { } given ? given.AsSpan<T>() : [];
            if (!runs.IsBlocked)
            {
                Quantisation.Quantise(context.Level, scales.Length, runs.Inner(x.Length), x, scales, zeros, y);
                return;
            }

            for (var i = 0; i < x.Length; i++)
            {
                var k = runs.Scale(i);
                y[i] = T.CreateSaturating(MathF.Round(x[i] / scales[k]) + (zeros.IsEmpty ? 0 : float.CreateTruncating(zeros[k])));
            }
        }
    }

    private sealed class DequantiseKernel(CpuKernelContext context, ScaleRuns runs) : IKernel
    {
        public void Run(KernelCall call)
        {
            switch (call.Input(0).ElementType)
            {
                case var _ when call.Output(0).Shape.Elements == 0: break;
                case ElementType.Int8: Run<sbyte>(call); break;
                case ElementType.UInt8: Run<byte>(call); break;
                default:
                    ReadOnlySpan<int> x = call.Input(0).AsSpan<int>();
                    Scale(x, [], call);
                    break;
            }
        }

        private void Run<T>(KernelCall call)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            ReadOnlySpan<T> x = call.Input(0).AsSpan<T>(), zeros = call.OptionalInput(2) is { } given ? given.AsSpan<T>() : [];
            if (runs.IsBlocked)
            {
                Scale(x, zeros, call);
            }
            else
            {
                var scales = call.Input(1).AsSpan<float>();
                Quantisation.Dequantise(context.Level, scales.Length, runs.Inner(x.Length), x, scales, zeros, call.Output(0).AsSpan<float>());
            }
        }

        private void Scale<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> zeros, KernelCall call)
            where T : unmanaged, IBinaryInteger<T>
        {
            Span<float> scales = call.Input(1).AsSpan<float>(), y = call.Output(0).AsSpan<float>();
            for (var i = 0; i < x.Length; i++)
            {
                var k = runs.Scale(i);
                y[i] = (float.CreateTruncating(x[i]) - (zeros.IsEmpty ? 0 : float.CreateTruncating(zeros[k]))) * scales[k];
            }
        }
    }

    /// <summary>Scale and zero point from the range of the values, which 0 belongs to.</summary>
    private sealed class DynamicKernel(CpuKernelContext context) : IKernel
    {
        public void Run(KernelCall call)
        {
            ReadOnlySpan<float> x = call.Input(0).AsSpan<float>();
            float low = Math.Min(0, Reductions.Min(context.Level, x)), high = Math.Max(0, Reductions.Max(context.Level, x));
            var scale = high > low ? (high - low) / 255f : 1f;
            var zero = (byte)Math.Clamp(MathF.Round((0 - low) / scale), 0, 255);
            Quantisation.Quantise<byte>(context.Level, 1, x.Length, x, [scale], [zero], call.Output(0).AsSpan<byte>());
            call.Output(1).AsSpan<float>()[0] = scale;
            call.Output(2).AsSpan<byte>()[0] = zero;
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
