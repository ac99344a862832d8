using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of quantisation. x / scale is rounded to float32 first, as ONNX has it: ties depend on it.</summary>
internal static class ReferenceQuantisation
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<QuantizeLinearOperator>(Quantize)
        .Add<DequantizeLinearOperator>(Dequantize)
        .Add<DynamicQuantizeLinearOperator>((_, call) => Dynamic(call))
        .Add<FakeQuantizeOperator>((o, call) => Fake(call, 0, o.Axis, (x, scale, zero) =>
            (Math.Clamp(Round(x, scale, call.Input(0).ElementType) + zero, o.Low, o.High) - zero) * scale))
        .Add<FakeQuantizeGradientOperator>((o, call) =>
        {
            var dy = HostElements.Reals(call.Input(0));
            var i = 0;
            Fake(call, 1, o.Axis, (x, scale, zero) =>
            {
                var value = Round(x, scale, call.Input(1).ElementType) + zero;
                return value >= o.Low && value <= o.High ? dy[i++] : 0 * dy[i++];
            });
        });

    private static double Round(double x, double scale, ElementType type) =>
        Math.Round(type == ElementType.Float64 ? x / scale : (float)x / (float)scale, MidpointRounding.ToEven);

    private static double[] Zeros(Tensor? zero, int count) => zero is null ? new double[count] : HostElements.Reals(zero);

    private static void Quantize(QuantizeLinearOperator o, KernelCall call)
    {
        double[] x = HostElements.Reals(call.Input(0)), scales = HostElements.Reals(call.Input(1)), zeros = Zeros(call.OptionalInput(2), scales.Length);
        var (low, high) = call.Output(0).ElementType switch
        {
            ElementType.UInt8 => (0, 255),
            ElementType.Int8 => (-128, 127),
            ElementType.UInt16 => (0, 65535),
            _ => (-32768, 32767),
        };
        for (var i = 0; i < x.Length; i++)
        {
            var k = QuantisationRules.ScaleIndex(i, call.Input(0).Shape, call.Input(1).Shape, o.Axis, o.BlockSize);
            x[i] = Math.Clamp(Round(x[i], scales[k], call.Input(0).ElementType) + zeros[k], low, high);
        }

        HostElements.StoreReals(call.Output(0), x);
    }

    private static void Dequantize(DequantizeLinearOperator o, KernelCall call)
    {
        double[] x = HostElements.Reals(call.Input(0)), scales = HostElements.Reals(call.Input(1)), zeros = Zeros(call.OptionalInput(2), scales.Length);
        for (var i = 0; i < x.Length; i++)
        {
            var k = QuantisationRules.ScaleIndex(i, call.Input(0).Shape, call.Input(1).Shape, o.Axis, o.BlockSize);
            x[i] = (x[i] - zeros[k]) * scales[k];
        }

        HostElements.StoreReals(call.Output(0), x);
    }

    private static void Dynamic(KernelCall call)
    {
        var x = HostElements.Reals(call.Input(0));
        double low = Math.Min(0, x.DefaultIfEmpty().Min()), high = Math.Max(0, x.DefaultIfEmpty().Max());
        var scale = (float)high > (float)low ? ((float)high - (float)low) / 255f : 1f;
        var zero = Math.Clamp(Math.Round((0 - (float)low) / scale, MidpointRounding.ToEven), 0, 255);
        HostElements.StoreReals(call.Output(0), Array.ConvertAll(x, value => Math.Clamp(Round(value, scale, ElementType.Float32) + zero, 0, 255)));
        HostElements.StoreReals(call.Output(1), [scale]);
        HostElements.StoreReals(call.Output(2), [zero]);
    }

    private static void Fake(KernelCall call, int first, int axis, Func<double, double, double, double> function)
    {
        var shape = call.Input(first).Shape;
        double[] x = HostElements.Reals(call.Input(first)), scales = HostElements.Reals(call.Input(first + 1));
        var zeros = Zeros(call.OptionalInput(first + 2), scales.Length);
        for (var i = 0; i < x.Length; i++)
        {
            var k = QuantisationRules.ScaleIndex(i, shape, call.Input(first + 1).Shape, axis, 0);
            x[i] = function(x[i], scales[k], zeros[k]);
        }

        HostElements.StoreReals(call.Output(0), x);
    }
}
