using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of reductions over any dimensions: float32 by passes of vectors, whole numbers element by element.</summary>
internal static class ReduceKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ReduceOperator>(Reduce)
        .Add<SumToLikeOperator>((context, _, request) => IsReal(request) && request.Outputs[0].IsStatic
            ? new Real(context, Reduction.Sum, Broadcast(request.Inputs[0]!.Shape, request.Outputs[0].Shape))
            : null)
        .Add<TileGradientOperator>((context, _, request) => IsReal(request) ? Repeats(context, request.Inputs[0]!.Shape, request.Outputs[0].Shape) : null)
        .Add<ReduceGradientOperator>((context, op, request) =>
            IsReal(request) && Axes(request, 3, request.Inputs[0]!.Shape, op.Axes, op.IsNoopWithoutAxes) is { } reduced
                ? op.Reduction == Reduction.Prod
                    ? GroupKernels.ProductGradient(context, request.Inputs[0]!.Shape, reduced)
                    : new ChoiceGradient(context, request.Inputs[0]!.Shape, reduced)
                : null)
        .Add<ArgReduceOperator>((context, op, request) => request.Inputs[0]!.ElementType switch
        {
            ElementType.Float32 => new ArgKernel<float>(context, op, request),
            ElementType.Int32 => new ArgKernel<int>(context, op, request),
            ElementType.Int64 => new ArgKernel<long>(context, op, request),
            ElementType.UInt8 => new ArgKernel<byte>(context, op, request),
            ElementType.Int8 => new ArgKernel<sbyte>(context, op, request),
            _ => null,
        });

    /// <summary>For each dimension whether it is reduced; null when the axes are an input that is not constant.</summary>
    public static bool[]? Axes(KernelRequest request, int input, Shape shape, IntList? axes, bool isNoopWithoutAxes)
    {
        if (input < request.Inputs.Count && request.Inputs[input] is not null)
        {
            return request.Constants[input] is { } tensor ? ReducedAxes.Of(shape, HostElements.Ints(tensor), isNoopWithoutAxes, request.Operator.Name) : null;
        }

        return ReducedAxes.Of(shape, axes is null ? [] : axes.AsSpan(), isNoopWithoutAxes, request.Operator.Name);
    }

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

    private static IKernel? Reduce(CpuKernelContext context, ReduceOperator op, KernelRequest request)
    {
        var shape = request.Inputs[0]!.Shape;
        if (Axes(request, 1, shape, op.Axes, op.IsNoopWithoutAxes) is not { } reduced)
        {
            return IsReal(request) ? new Dynamic(context, op) : null;
        }

        if (!request.Outputs[0].IsStatic)
        {
            return null;
        }

        return IsReal(request) ? new Real(context, op.Reduction, (shape, reduced)) : WholeReduction.Create(context.Stop, op, request, shape, reduced);
    }

    /// <summary>The dimensions of a shape that a smaller one repeats.</summary>
    private static (Shape From, bool[] Reduced) Broadcast(Shape from, Shape to)
    {
        var offset = from.Rank - to.Rank;
        return (from, [.. Enumerable.Range(0, from.Rank).Select(axis => axis < offset || (to[axis - offset] == 1 && from[axis] != 1))]);
    }

    private static Real Repeats(CpuKernelContext context, Shape from, Shape to)
    {
        var sizes = new int[2 * to.Rank];
        for (var i = 0; i < to.Rank; i++)
        {
            (sizes[2 * i], sizes[(2 * i) + 1]) = (to[i] == 0 ? 0 : from[i] / to[i], to[i]);
        }

        // Pairs of which neither repeats are one dimension: a shape has 16 at most.
        var kept = Enumerable.Range(0, sizes.Length).Where(i => sizes[i] != 1).ToArray();
        return new Real(context, Reduction.Sum, (new Shape([.. kept.Select(i => sizes[i])]), [.. kept.Select(i => i % 2 == 0)]));
    }

    /// <summary>float32, for fixed dimensions.</summary>
    private sealed unsafe class Real : IKernel
    {
        private readonly CpuKernelContext _context;
        private readonly Reduction _reduction;
        private readonly AxisPass[] _passes;
        private readonly PassRunner _runner;
        private readonly AlignedBuffer[] _scratch = [new AlignedBuffer(), new AlignedBuffer()];
        private readonly float _count;

        public Real(CpuKernelContext context, Reduction reduction, (Shape Shape, bool[] Reduced) from)
        {
            _context = context;
            _reduction = reduction;
            _passes = AxisPass.Of(from.Shape, from.Reduced);
            _runner = new PassRunner(context);
            _count = _passes.Aggregate(1f, (product, pass) => product * pass.Axis);
            var results = _passes.SkipLast(1).Select(pass => pass.Outer * pass.Inner).ToArray();
            for (var i = 0; i < results.Length; i++)
            {
                _scratch[i % 2].Ensure(results[i]);
            }
        }

        public void Run(KernelCall call) => Run((float*)call.Input(0).Address, (float*)call.Output(0).Address, call.Output(0).Shape.Elements);

        public void Run(float* x, float* y, int results)
        {
            for (var i = 0; i < _passes.Length; i++)
            {
                var to = i == _passes.Length - 1 ? y : Pointers.Of(_scratch[i % 2]);
                _runner.Run(_passes[i], i == 0 ? First(_reduction) : Next(_reduction), Next(_reduction), x, to);
                x = to;
            }

            Span<float> values = new(y, results);
            switch (_reduction)
            {
                case Reduction.Mean: ElementLoops.BinaryScalar(_context.Level, default(BinaryFunctions.Divide), values, _count, values); break;
                case Reduction.L2: ElementLoops.Unary(_context.Level, default(UnaryFunctions.Sqrt), values, values); break;
                case Reduction.LogSum: ElementLoops.Unary(_context.Level, default(UnaryFunctions.Log), values, values); break;
            }
        }

        private static PassRunner.Function First(Reduction reduction) => reduction switch
        {
            Reduction.L1 => Magnitudes,
            Reduction.L2 or Reduction.SumSquare => Squares,
            _ => Next(reduction),
        };

        private static PassRunner.Function Next(Reduction reduction) => reduction switch
        {
            Reduction.Max => Max,
            Reduction.Min => Min,
            Reduction.Prod => Product,
            Reduction.LogSumExp => Reductions.AxisLogSumExp,
            _ => Sum,
        };

        private static void Sum(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);

        private static void Max(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.Maximum>(level, outer, axis, inner, x, y);

        private static void Min(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.Minimum>(level, outer, axis, inner, x, y);

        private static void Product(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.Product>(level, outer, axis, inner, x, y);

        private static void Magnitudes(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.SumOfMagnitudes>(level, outer, axis, inner, x, y);

        private static void Squares(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.SumOfSquares>(level, outer, axis, inner, x, y);
    }

    /// <summary>float32 with axes that are only known now; the kernel for the last ones is kept.</summary>
    private sealed unsafe class Dynamic(CpuKernelContext context, ReduceOperator op) : IKernel
    {
        private int[]? _axes;
        private Real? _kernel;

        public void Run(KernelCall call)
        {
            var x = call.Input(0);
            var axes = HostElements.Ints(call.Input(1));
            var reduced = ReducedAxes.Of(x.Shape, axes, op.IsNoopWithoutAxes, op.Name);
            if (_kernel is null || !axes.AsSpan().SequenceEqual(_axes))
            {
                (_axes, _kernel) = (axes, new Real(context, op.Reduction, (x.Shape, reduced)));
            }

            var y = call.AllocateOutput(0, x.Type with { Shape = ReducedAxes.Result(x.Shape, reduced, op.KeepsDimensions) });
            _kernel.Run((float*)x.Address, (float*)y.Address, y.Shape.Elements);
        }
    }

    /// <summary>Gradient of a largest or smallest element: equal ones share it.</summary>
    private sealed unsafe class ChoiceGradient : RangeKernel
    {
        private readonly BroadcastReader _reader;
        private readonly int _elements;
        private readonly AlignedBuffer _counts = new();
        private readonly AlignedBuffer[] _blocks;
        private float* _x;
        private float* _y;
        private float* _dy;
        private float* _dx;
        private bool _isCounting;

        public ChoiceGradient(CpuKernelContext context, Shape shape, bool[] reduced)
            : base(context)
        {
            var result = ReducedAxes.Result(shape, reduced, true);
            _reader = new BroadcastReader(result, shape);
            _elements = shape.Elements;
            _counts.Ensure(result.Elements);
            _blocks = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new AlignedBuffer(3 * 1024))];
            Places = ReferenceElementwise.Sources(result, shape);
        }

        private int[] Places { get; }

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Input(1).Address;
            _dy = (float*)call.Input(2).Address;
            _dx = (float*)call.Output(0).Address;
            _counts.Floats.Clear();
            _isCounting = true;
            Range(0, (_elements + 1023) / 1024, 0);
            _isCounting = false;
            Share((_elements + 1023) / 1024, _elements);
        }

        protected override void Range(int start, int end, int part)
        {
            float* y = Pointers.Of(_blocks[part]), dy = y + 1024, counts = dy + 1024, all = Pointers.Of(_counts);
            for (var at = start * 1024; at < Math.Min(end * 1024, _elements); at += 1024)
            {
                var count = Math.Min(1024, _elements - at);
                _reader.Read(_y, at, count, y);
                if (_isCounting)
                {
                    for (var i = 0; i < count; i++)
                    {
                        all[Places[at + i]] += _x[at + i].Equals(y[i]) ? 1 : 0;
                    }

                    continue;
                }

                _reader.Read(_dy, at, count, dy);
                _reader.Read(all, at, count, counts);
                for (var i = 0; i < count; i++)
                {
                    _dx[at + i] = _x[at + i].Equals(y[i]) ? dy[i] / counts[i] : 0;
                }
            }
        }
    }
}
