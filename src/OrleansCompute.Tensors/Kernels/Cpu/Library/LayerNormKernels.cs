using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of layer and root-mean-square normalisation, float32, with factors that are the same for all rows; threads take ranges of rows.</summary>
internal static unsafe class LayerNormKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<LayerNormalizationOperator>((context, norm, request) => Create(request, norm.Axis, true, (columns, scale, bias) => new Forward(context, columns, norm.Epsilon, scale, bias, true)))
        .Add<RmsNormalizationOperator>((context, norm, request) => Create(request, norm.Axis, false, (columns, scale, _) => new Forward(context, columns, norm.Epsilon, scale, null, false)))
        .Add<LayerNormalizationGradientOperator>((context, norm, request) => Create(request, norm.Axis, false, (columns, scale, _) => new Backward(context, columns, scale, true)))
        .Add<RmsNormalizationGradientOperator>((context, norm, request) => Create(request, norm.Axis, false, (columns, scale, _) => new Backward(context, columns, scale, false)));

    private static IKernel? Create(KernelRequest request, int axis, bool takesBias, Func<int, RowFactor, RowFactor?, IKernel> create)
    {
        var shape = request.Inputs[0]!.Shape;
        if (request.Inputs[0]!.ElementType != ElementType.Float32 || shape.Elements == 0 || request.Inputs[1]!.ElementType != ElementType.Float32)
        {
            return null;
        }

        axis = shape.Axis(axis, request.Operator.Name);
        var given = takesBias && request.Inputs.Count > 2 ? request.Inputs[2]?.Shape : null;
        var bias = given is null ? null : RowFactor.Of(given, shape, axis);
        return RowFactor.Of(request.Inputs[1]!.Shape, shape, axis) is { } scale && (given is null || bias is not null)
            ? create(shape.Product(axis, shape.Rank), scale, bias)
            : null;
    }

    private sealed class Forward(CpuKernelContext context, int columns, float epsilon, RowFactor scale, RowFactor? bias, bool isCentred) : RangeKernel(context), ISkipsUnusedOutputs
    {
        private float* _x;
        private float* _scale;
        private float* _bias;
        private float* _y;
        private float* _mean;
        private float* _inverse;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _scale = scale.Spread(call.Input(1));
            _bias = isCentred && call.OptionalInput(2) is { } given ? bias!.Spread(given) : null;
            _y = (float*)call.Output(0).Address;
            _mean = isCentred && call.HasOutput(1) ? (float*)call.Output(1).Address : null;
            var inverse = isCentred ? 2 : 1;
            _inverse = call.HasOutput(inverse) ? (float*)call.Output(inverse).Address : null;
            Share(call.Input(0).Shape.Elements / columns, call.Input(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            var (at, rows) = ((nint)start * columns, end - start);
            ReadOnlySpan<float> x = new(_x + at, rows * columns), factors = new(_scale, columns);
            Span<float> y = new(_y + at, rows * columns), inverse = _inverse == null ? [] : new Span<float>(_inverse + start, rows);
            if (isCentred)
            {
                LayerNorm.Forward(
                    Context.Level, columns, x, [], [], factors, _bias == null ? [] : new ReadOnlySpan<float>(_bias, columns), epsilon, y,
                    _mean == null ? [] : new Span<float>(_mean + start, rows), inverse);
            }
            else
            {
                LayerNorm.RmsForward(Context.Level, columns, x, [], [], factors, epsilon, y, inverse);
            }
        }
    }

    private sealed class Backward(CpuKernelContext context, int columns, RowFactor scale, bool isCentred) : RangeKernel(context)
    {
        private readonly AlignedBuffer _sums = new(2 * columns * context.Team.Parts);
        private float* _x;
        private float* _scale;
        private float* _mean;
        private float* _inverse;
        private float* _dy;
        private float* _dx;

        public override void Run(KernelCall call)
        {
            var next = isCentred ? 3 : 2;
            _x = (float*)call.Input(0).Address;
            _scale = scale.Spread(call.Input(1));
            _mean = isCentred ? (float*)call.Input(2).Address : null;
            _inverse = (float*)call.Input(next).Address;
            _dy = (float*)call.Input(next + 1).Address;
            _dx = (float*)call.Output(0).Address;
            _sums.Floats.Clear();
            Share(call.Input(0).Shape.Elements / columns, 2L * call.Input(0).Shape.Elements);
            Span<float> all = _sums.Floats[..(2 * columns)];
            for (var part = 1; part < Context.Team.Parts; part++)
            {
                ElementLoops.Binary(Context.Level, default(BinaryFunctions.Add), all, _sums.Floats.Slice(2 * part * columns, 2 * columns), all);
            }

            scale.Gather(all[..columns], call.Output(1));
            if (isCentred)
            {
                scale.Gather(all[columns..], call.Output(2));
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var (at, rows) = ((nint)start * columns, end - start);
            ReadOnlySpan<float> x = new(_x + at, rows * columns), dy = new(_dy + at, rows * columns), factors = new(_scale, columns), inverse = new(_inverse + start, rows);
            Span<float> dx = new(_dx + at, rows * columns), sums = _sums.Floats.Slice(2 * part * columns, 2 * columns);
            if (isCentred)
            {
                LayerNorm.Backward(Context.Level, columns, x, factors, new ReadOnlySpan<float>(_mean + start, rows), inverse, dy, false, dx, sums[..columns], sums[columns..]);
            }
            else
            {
                LayerNorm.RmsBackward(Context.Level, columns, x, factors, inverse, dy, false, dx, sums[..columns]);
            }
        }
    }
}
