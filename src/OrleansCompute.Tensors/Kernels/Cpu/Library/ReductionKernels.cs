using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels that sum or normalise along dimensions, float32.</summary>
internal static class ReductionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<SumToOperator>((context, sum, request) => IsReal(request) ? new SumToKernel(context, request.Inputs[0]!.Shape, sum.Shape) : null)
        .Add<SoftmaxOperator>((context, softmax, request) => IsReal(request)
            ? new AxisKernel(context, request, softmax.Axis, softmax.IsFlat, Softmax.Axis, null) : null)
        .Add<LogSoftmaxOperator>((context, softmax, request) => IsReal(request)
            ? new AxisKernel(context, request, softmax.Axis, softmax.IsFlat, Softmax.AxisLog, null) : null)
        .Add<SoftmaxGradientOperator>((context, softmax, request) => IsReal(request)
            ? new AxisKernel(context, request, softmax.Axis, softmax.IsFlat, null, Softmax.AxisGradient) : null)
        .Add<LogSoftmaxGradientOperator>((context, softmax, request) => IsReal(request)
            ? new AxisKernel(context, request, softmax.Axis, softmax.IsFlat, null, Softmax.AxisLogGradient) : null);

    private delegate void AxisFunction(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y);

    private delegate void AxisGradientFunction(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx);

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

    private sealed unsafe class AxisKernel : TeamWork, IKernel
    {
        private const int MinShared = 1 << 14;

        /// <summary>Elements, some 20 milliseconds, after which it looks at the signal.</summary>
        private const int Unit = 1 << 22;

        private readonly CpuKernelContext _context;
        private readonly StopSignal _stop;
        private readonly AxisFunction? _function;
        private readonly AxisGradientFunction? _gradient;
        private readonly int _outer;
        private readonly int _axis;
        private readonly int _inner;
        private float* _first;
        private float* _second;
        private float* _to;

        public AxisKernel(CpuKernelContext context, KernelRequest request, int axis, bool isFlat, AxisFunction? function, AxisGradientFunction? gradient)
        {
            var shape = request.Inputs[0]!.Shape;
            axis = shape.Rank == 0 ? 0 : shape.Axis(axis, request.Operator.Name);
            _context = context;
            _stop = context.Stop;
            _function = function;
            _gradient = gradient;
            var end = isFlat || shape.Rank == 0 ? shape.Rank : axis + 1;
            _outer = shape.Product(0, axis);
            _axis = shape.Product(axis, end);
            _inner = shape.Product(end, shape.Rank);
        }

        public void Run(KernelCall call)
        {
            if (call.Output(0).Shape.Elements == 0)
            {
                return;
            }

            _first = (float*)call.Input(0).Address;
            _second = _gradient is null ? null : (float*)call.Input(1).Address;
            _to = (float*)call.Output(0).Address;
            if (_context.Team.Parts > 1 && _outer > 1 && (long)_outer * _axis * _inner >= MinShared)
            {
                _context.Team.Run(this);
            }
            else
            {
                Run(0, 1);
            }
        }

        public override void Run(int part, int parts)
        {
            int size = _axis * _inner, step = Math.Max(1, Unit / Math.Max(1, size)), end = Start(_outer, part + 1, parts);
            for (var first = Start(_outer, part, parts); first < end && !_stop.IsRequested;)
            {
                var count = Math.Min(step, end - first);
                Apply(first, count, size);
                first += count;
            }
        }

        private void Apply(int first, int count, int size)
        {
            int start = first * size, length = count * size;
            ReadOnlySpan<float> x = new(_first + start, length);
            Span<float> to = new(_to + start, length);
            if (_gradient is not null)
            {
                _gradient(_context.Level, count, _axis, _inner, x, new ReadOnlySpan<float>(_second + start, length), to);
            }
            else
            {
                _function!(_context.Level, count, _axis, _inner, x, to);
            }
        }
    }

    /// <summary>Sums over dimensions; runs of summed dimensions become one reduction each, the innermost first.</summary>
    private sealed unsafe class SumToKernel : IKernel
    {
        private readonly PassRunner _runner;
        private readonly PassRunner.Function _sum = Sum;
        private readonly List<(int Outer, int Axis, int Inner)> _passes = [];
        private readonly AlignedBuffer[] _scratch = [new AlignedBuffer(), new AlignedBuffer()];

        public SumToKernel(CpuKernelContext context, Shape from, Shape to)
        {
            _runner = new PassRunner(context);
            var sizes = from.ToArray();
            var offset = from.Rank - to.Rank;
            for (var end = from.Rank; end > 0;)
            {
                if (!IsSummed(end - 1))
                {
                    end--;
                    continue;
                }

                var start = end - 1;
                while (start > 0 && (IsSummed(start - 1) || sizes[start - 1] == 1))
                {
                    start--;
                }

                var shape = new Shape(sizes);
                _passes.Add((shape.Product(0, start), shape.Product(start, end), shape.Product(end, sizes.Length)));
                Array.Fill(sizes, 1, start, end - start);
                end = start;
            }

            bool IsSummed(int axis) => from[axis] != 1 && (axis < offset || to[axis - offset] == 1);
        }

        public void Run(KernelCall call)
        {
            float* x = (float*)call.Input(0).Address, result = (float*)call.Output(0).Address;
            if (_passes.Count == 0)
            {
                call.Input(0).AsSpan<float>().CopyTo(call.Output(0).AsSpan<float>());
            }

            for (var i = 0; i < _passes.Count; i++)
            {
                var (outer, axis, inner) = _passes[i];
                var to = result;
                if (i < _passes.Count - 1)
                {
                    _scratch[i % 2].Ensure(outer * inner);
                    to = Pointers.Of(_scratch[i % 2]);
                }

                _runner.Run(new AxisPass(outer, axis, inner), _sum, _sum, x, to);
                x = to;
            }
        }

        private static void Sum(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
            Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);
    }
}
