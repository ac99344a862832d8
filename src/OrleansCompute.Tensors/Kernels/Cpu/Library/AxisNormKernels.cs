using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of normalisations along one axis, float32: by a norm, and over neighbouring channels (LRN).</summary>
internal static unsafe class AxisNormKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<LpNormalizationOperator>((context, norm, request) => IsReal(request) ? new Lp(context, norm, request.Inputs[0]!.Shape) : null)
        .Add<LrnOperator>((context, lrn, request) => IsReal(request) ? new Lrn(context, request.Inputs[0]!.Shape, lrn.Size, lrn.Alpha, lrn.Beta, lrn.Bias, false) : null)
        .Add<LrnGradientOperator>((context, lrn, request) => IsReal(request) ? new Lrn(context, request.Inputs[0]!.Shape, lrn.Size, lrn.Alpha, lrn.Beta, lrn.Bias, true) : null);

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

    private sealed class Lp : RangeKernel
    {
        private readonly int _p;
        private readonly AxisPass _pass;
        private readonly AlignedBuffer _norms;
        private float* _x;
        private float* _y;

        public Lp(CpuKernelContext context, LpNormalizationOperator norm, Shape shape)
            : base(context)
        {
            var axis = shape.Axis(norm.Axis, norm.Name);
            _p = norm.P;
            _pass = new AxisPass(shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));
            _norms = new AlignedBuffer(_pass.Outer * _pass.Inner);
        }

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Output(0).Address;
            Share(_pass.Outer, call.Input(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            int inner = _pass.Inner, size = _pass.Axis * inner;
            ReadOnlySpan<float> x = new(_x + ((nint)start * size), (end - start) * size);
            var norms = _norms.Floats.Slice(start * inner, (end - start) * inner);
            if (_p == 1)
            {
                Reductions.Axis<Reducers.SumOfMagnitudes>(Context.Level, end - start, _pass.Axis, inner, x, norms);
            }
            else
            {
                Reductions.Axis<Reducers.SumOfSquares>(Context.Level, end - start, _pass.Axis, inner, x, norms);
                ElementLoops.Unary(Context.Level, default(UnaryFunctions.Sqrt), norms, norms);
            }

            // Zeros stay zeros.
            norms.Replace(0f, 1f);
            for (var row = 0; row < (end - start) * _pass.Axis; row++)
            {
                var outer = row / _pass.Axis;
                Span<float> y = new(_y + ((nint)start * size) + ((nint)row * inner), inner);
                if (inner > 1)
                {
                    ElementLoops.Binary(Context.Level, default(BinaryFunctions.Divide), x.Slice(row * inner, inner), norms.Slice(outer * inner, inner), y);
                }
                else
                {
                    var line = new Span<float>(_y + ((nint)(start + outer) * size), size);
                    ElementLoops.BinaryScalar(Context.Level, default(BinaryFunctions.Divide), x.Slice(outer * size, size), norms[outer], line);
                    row += _pass.Axis - 1;
                }
            }
        }
    }

    /// <summary>Sums of the windows first, then what they scale; threads take channels of images.</summary>
    private sealed class Lrn : RangeKernel
    {
        private readonly int _channels;
        private readonly int _inner;
        private readonly int _planes;
        private readonly int _before;
        private readonly int _after;
        private readonly (float Size, float Alpha, float Beta, float Bias) _options;
        private readonly AlignedBuffer _sums;
        private readonly AlignedBuffer _products;
        private readonly AlignedBuffer _exponents;
        private readonly AlignedBuffer[] _rows;
        private readonly bool _isGradient;
        private float* _x;
        private float* _dy;
        private float* _to;
        private bool _hasSums;

        public Lrn(CpuKernelContext context, Shape shape, int size, float alpha, float beta, float bias, bool isGradient)
            : base(context)
        {
            (_channels, _inner) = (shape[1], shape.Product(2, shape.Rank));
            _planes = shape[0] * _channels;
            _before = (size - 1) / 2;
            _after = size - 1 - _before;
            _options = (size, alpha, beta, bias);
            _isGradient = isGradient;
            _sums = new AlignedBuffer(shape.Elements);
            _products = new AlignedBuffer(isGradient ? shape.Elements : 0);
            _exponents = new AlignedBuffer(2 * _inner);
            _exponents.Floats[.._inner].Fill(-beta);
            _exponents.Floats.Slice(_inner, _inner).Fill(-beta - 1);
            _rows = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new AlignedBuffer(_inner))];
        }

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _dy = _isGradient ? (float*)call.Input(1).Address : null;
            _to = (float*)call.Output(0).Address;
            _hasSums = false;
            Share(_planes, (long)_planes * _inner * (_before + _after + 1));
            if (_isGradient)
            {
                _hasSums = true;
                Share(_planes, (long)_planes * _inner * (_before + _after + 1));
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var row = _rows[part].Floats[.._inner];
            for (var plane = start; plane < end; plane++)
            {
                var at = plane * _inner;
                ReadOnlySpan<float> x = new(_x + at, _inner);
                Span<float> to = new(_to + at, _inner), sums = _sums.Floats.Slice(at, _inner);
                if (!_hasSums)
                {
                    Window(plane, _before, _after, _x, _x, row);
                    ElementLoops.Unary(Context.Level, new UnaryFunctions.Affine(_options.Alpha / _options.Size, _options.Bias), row, sums);
                    if (!_isGradient)
                    {
                        RealLoops.Power(Context.Level, sums, _exponents.Floats[.._inner], row);
                        ElementLoops.Binary(Context.Level, default(BinaryFunctions.Multiply), x, row, to);
                        continue;
                    }

                    var products = _products.Floats.Slice(at, _inner);
                    RealLoops.Power(Context.Level, sums, _exponents.Floats.Slice(_inner, _inner), row);
                    ElementLoops.Binary(Context.Level, default(BinaryFunctions.Multiply), x, row, products);
                    RealLoops.Power(Context.Level, sums, _exponents.Floats[.._inner], row);
                    ElementLoops.Binary(Context.Level, default(BinaryFunctions.Multiply), new ReadOnlySpan<float>(_dy + at, _inner), row, to);
                    continue;
                }

                // dy s^-beta is there; what goes through the sums is taken from it.
                Window(plane, _after, _before, _dy, Pointers.Of(_products), row);
                ElementLoops.Binary(Context.Level, default(BinaryFunctions.Multiply), row, x, row);
                ElementLoops.Binary(Context.Level, new BinaryFunctions.MultiplyAddTo(-2 * _options.Alpha * _options.Beta / _options.Size), row, to, to);
            }
        }

        /// <summary>sum of a * b over the channels around one.</summary>
        private void Window(int plane, int before, int after, float* a, float* b, Span<float> sums)
        {
            sums.Clear();
            int channel = plane % _channels, first = Math.Max(0, channel - before), last = Math.Min(_channels - 1, channel + after);
            for (var other = first; other <= last; other++)
            {
                var at = (nint)(plane + other - channel) * _inner;
                ElementLoops.Ternary(Context.Level, default(TernaryFunctions.MultiplyAdd), new ReadOnlySpan<float>(a + at, _inner), new ReadOnlySpan<float>(b + at, _inner), sums, sums);
            }
        }
    }
}
