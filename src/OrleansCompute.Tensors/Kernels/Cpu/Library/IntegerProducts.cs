using System.Numerics.Tensors;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using Tensor = OrleansCompute.Tensors.Values.Tensor;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of 8-bit products and convolutions with any zero points, constant or not, summed in 32 bits; what <see cref="QuantisedKernels"/>
/// covers (constant signed weights) is several times as fast. Threads take rows of the result.
/// </summary>
internal static unsafe class IntegerProducts
{
    public static IKernel Product(CpuKernelContext context, KernelRequest request) =>
        new ProductKernel(context, MatrixProduct.Of(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape, false, false, "MatMulInteger"), 0, 1, 2, 3, false);

    public static IKernel QuantisedProduct(CpuKernelContext context, KernelRequest request) =>
        new ProductKernel(context, MatrixProduct.Of(request.Inputs[0]!.Shape, request.Inputs[3]!.Shape, false, false, "QLinearMatMul"), 0, 3, 2, 5, true);

    /// <summary>Null when the windows have too many taps in all.</summary>
    public static IKernel? Convolution(CpuKernelContext context, KernelRequest request, ConvolutionGeometry geometry, bool isQuantised) =>
        WindowTable.Of(geometry.Window) is { } table && geometry.Batch > 0 ? new ConvolutionKernel(context, geometry, table, isQuantised) : null;

    /// <summary>Bytes of either sign as ints.</summary>
    private static void Widen(Tensor tensor, int[] to)
    {
        if (tensor.ElementType == ElementType.Int8)
        {
            TensorPrimitives.ConvertTruncating<sbyte, int>(tensor.AsSpan<sbyte>(), to);
        }
        else
        {
            TensorPrimitives.ConvertTruncating<byte, int>(tensor.AsSpan<byte>(), to);
        }
    }

    private static int Number(Tensor? tensor, int index)
    {
        if (tensor is null)
        {
            return 0;
        }

        index = tensor.Shape.Elements == 1 ? 0 : index;
        return tensor.ElementType == ElementType.Int8 ? ((sbyte*)tensor.Address)[index] : tensor.Address[index];
    }

    private static float Scale(Tensor tensor, int index) => ((float*)tensor.Address)[tensor.Shape.Elements == 1 ? 0 : index];

    /// <summary>round(sum * factor) + zero, saturated to the bytes of the result.</summary>
    private static void Store(ReadOnlySpan<int> sums, Tensor y, int at, double factor, int zero)
    {
        var (low, high) = y.ElementType == ElementType.Int8 ? (-128, 127) : (0, 255);
        for (var i = 0; i < sums.Length; i++)
        {
            y.Address[at + i] = (byte)Math.Clamp(Math.Round(sums[i] * factor, MidpointRounding.ToEven) + zero, low, high);
        }
    }

    private sealed class ProductKernel(CpuKernelContext context, MatrixProduct g, int left, int right, int leftZero, int rightZero, bool isQuantised) : RangeKernel(context)
    {
        private readonly int[] _a = new int[g.LeftBatch.Elements * g.Rows * g.Inner];
        private readonly int[] _b = new int[g.RightBatch.Elements * g.Inner * g.Columns];
        private readonly int[][] _rows = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new int[g.Columns])];
        private readonly int[] _leftPlaces = Reference.ReferenceElementwise.Sources(g.LeftBatch, g.Batch);
        private readonly int[] _rightPlaces = Reference.ReferenceElementwise.Sources(g.RightBatch, g.Batch);
        private KernelCall? _call;

        public override void Run(KernelCall call)
        {
            _call = call;
            Widen(call.Input(left), _a);
            Widen(call.Input(right), _b);
            for (var i = 0; i < _b.Length; i++)
            {
                _b[i] -= Number(call.OptionalInput(rightZero), i % g.Columns);
            }

            Share(_leftPlaces.Length * g.Rows, (long)_leftPlaces.Length * g.Rows * g.Columns * g.Inner / 4);
        }

        protected override void Range(int start, int end, int part)
        {
            var (call, columns) = (_call!, g.Columns);
            for (var item = start; item < end; item++)
            {
                var (batch, row) = Math.DivRem(item, g.Rows);
                var sums = isQuantised ? _rows[part] : new Span<int>((int*)call.Output(0).Address + ((nint)item * columns), columns);
                sums.Clear();
                var zero = Number(call.OptionalInput(leftZero), row);
                for (var k = 0; k < g.Inner; k++)
                {
                    var factor = _a[(((_leftPlaces[batch] * g.Rows) + row) * g.Inner) + k] - zero;
                    TensorPrimitives.MultiplyAdd(_b.AsSpan(((_rightPlaces[batch] * g.Inner) + k) * columns, columns), factor, sums, sums);
                }

                if (isQuantised)
                {
                    Requantise(call, sums, row, item * columns);
                }
            }
        }

        private static void Requantise(KernelCall call, ReadOnlySpan<int> sums, int row, int at)
        {
            Tensor scales = call.Input(4), y = call.Output(0);
            var factor = (double)Scale(call.Input(1), row) / Scale(call.Input(6), row);
            var zero = Number(call.Input(7), row);
            if (scales.Shape.Elements == 1)
            {
                Store(sums, y, at, factor * Scale(scales, 0), zero);
                return;
            }

            for (var i = 0; i < sums.Length; i++)
            {
                Store(sums.Slice(i, 1), y, at + i, factor * Scale(scales, i), zero);
            }
        }
    }

    private sealed class ConvolutionKernel(CpuKernelContext context, ConvolutionGeometry g, WindowTable table, bool isQuantised) : RangeKernel(context)
    {
        private readonly int[] _image = new int[g.ImageShape.Elements];
        private readonly int[] _weights = new int[g.MapChannels * (g.ImageChannels / g.Groups) * table.Taps];
        private readonly int[][] _sums = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new int[table.Positions])];
        private readonly int[][] _taps = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new int[table.Positions])];
        private KernelCall? _call;
        private int _weightInput;

        public override void Run(KernelCall call)
        {
            _call = call;
            _weightInput = isQuantised ? 3 : 1;
            Widen(call.Input(0), _image);
            Widen(call.Input(_weightInput), _weights);
            var zero = Number(call.OptionalInput(2), 0);
            TensorPrimitives.Subtract(_image, zero, _image);
            Share(g.Batch * g.MapChannels, g.Flops / 8);
        }

        protected override void Range(int start, int end, int part)
        {
            var call = _call!;
            int channels = g.ImageChannels / g.Groups, filters = g.MapChannels / g.Groups, positions = table.Positions;
            Span<int> taps = _taps[part];
            for (var item = start; item < end; item++)
            {
                var (batch, filter) = Math.DivRem(item, g.MapChannels);
                var sums = isQuantised ? _sums[part] : new Span<int>((int*)call.Output(0).Address + ((nint)item * positions), positions);
                sums.Clear();
                var zero = Number(call.OptionalInput(isQuantised ? 5 : 3), filter);
                for (var channel = 0; channel < channels; channel++)
                {
                    var plane = _image.AsSpan(((batch * g.ImageChannels) + (filter / filters * channels) + channel) * table.PlaneSize, table.PlaneSize);
                    for (var tap = 0; tap < table.Taps; tap++)
                    {
                        var places = table.Places.AsSpan(tap * positions, positions);
                        for (var i = 0; i < places.Length; i++)
                        {
                            taps[i] = places[i] < 0 ? 0 : plane[places[i]];
                        }

                        TensorPrimitives.MultiplyAdd(taps, _weights[(((filter * channels) + channel) * table.Taps) + tap] - zero, sums, sums);
                    }
                }

                if (isQuantised)
                {
                    var bias = call.OptionalInput(8) is { } given ? ((int*)given.Address)[filter] : 0;
                    TensorPrimitives.Add(sums, bias, sums);
                    var factor = (double)Scale(call.Input(1), 0) * Scale(call.Input(4), filter) / Scale(call.Input(6), 0);
                    Store(sums, call.Output(0), item * positions, factor, Number(call.Input(7), 0));
                }
            }
        }
    }
}
