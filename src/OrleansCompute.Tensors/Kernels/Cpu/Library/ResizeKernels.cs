using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of resizing, float32: one dimension after another, the last first, by tables of places and weights. Rows of the dimensions behind
/// are added as vectors. Threads take outer elements.
/// </summary>
internal static unsafe class ResizeKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ResizeOperator>((context, resize, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new Kernel(context, request, resize, false)
            : null)
        .Add<ResizeGradientOperator>((context, resize, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new Kernel(context, request, resize.Forward, true)
            : null);

    /// <summary>The weights along one dimension: those of output i are from Starts[i] to before Starts[i + 1].</summary>
    private sealed record Line(int Outer, int From, int To, int Inner, int[] Starts, int[] Places, float[] Weights);

    private sealed class Kernel : RangeKernel
    {
        private readonly ResizeOperator _resize;
        private readonly bool _isGradient;
        private readonly AlignedBuffer[] _scratch = [new AlignedBuffer(), new AlignedBuffer()];
        private Line[]? _lines;
        private bool _isFixed;
        private Line? _line;
        private float* _x;
        private float* _y;

        public Kernel(CpuKernelContext context, KernelRequest request, ResizeOperator resize, bool isGradient)
            : base(context)
        {
            (_resize, _isGradient) = (resize, isGradient);
            var first = isGradient ? 2 : 1;
            if (request.Outputs[0].IsStatic && Enumerable.Range(first, Math.Max(0, request.Inputs.Count - first)).All(i => request.Inputs[i] is null || request.Constants[i] is not null))
            {
                _lines = Plan((isGradient ? request.Outputs[0] : request.Inputs[0]!).Shape, Outputs.Constants(request));
                _isFixed = true;
            }
        }

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            if (!_isFixed)
            {
                _lines = Plan((_isGradient ? call.Output(0) : call.Input(0)).Shape, Outputs.Values(call));
            }

            var y = (float*)call.Output(0).Address;
            _x = (float*)call.Input(0).Address;
            if (call.Output(0).Shape.Elements == 0 || _lines!.Length == 0)
            {
                call.Input(0).AsBytes()[..Math.Min(call.Input(0).AsBytes().Length, call.Output(0).AsBytes().Length)].CopyTo(call.Output(0).AsBytes());
                return;
            }

            for (var i = 0; i < _lines.Length; i++)
            {
                _line = _lines[i];
                var length = _line.Outer * (_isGradient ? _line.From : _line.To) * _line.Inner;
                _y = y;
                if (i < _lines.Length - 1)
                {
                    _scratch[i % 2].Ensure(length);
                    _y = Pointers.Of(_scratch[i % 2]);
                }

                Share(_isGradient || _line.Inner == 1 ? _line.Outer : _line.Outer * _line.To, (long)_line.Outer * Math.Max(_line.From, _line.To) * _line.Inner);
                _x = _y;
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var line = _line!;
            if (_isGradient)
            {
                Gradient(line, start, end);
            }
            else if (line.Inner == 1)
            {
                Rows(line, start, end);
            }
            else
            {
                Planes(line, start, end);
            }
        }

        private Line[] Plan(Shape shape, OperatorInputs inputs)
        {
            var plan = _resize.Plan(shape, inputs, _isGradient ? 2 : 1)!;
            var lines = new List<Line>();

            // Forwards from the last dimension to the first, and back in the other order.
            var current = _isGradient ? new Shape([.. plan.Select(axis => axis.OutputSize)]) : shape;
            for (var i = 0; i < shape.Rank; i++)
            {
                var axis = _isGradient ? i : shape.Rank - 1 - i;
                var weights = Enumerable.Range(0, plan[axis].OutputSize).Select(output => plan[axis].Weights(output, _resize.Options)).ToArray();
                if (plan[axis].InputSize == plan[axis].OutputSize && weights.Select((taps, k) => taps.Length == 1 && taps[0].Index == k && taps[0].Weight.Equals(1.0)).All(same => same))
                {
                    continue;
                }

                var starts = new int[weights.Length + 1];
                for (var k = 0; k < weights.Length; k++)
                {
                    starts[k + 1] = starts[k] + weights[k].Length;
                }

                lines.Add(new Line(
                    current.Product(0, axis), plan[axis].InputSize, plan[axis].OutputSize, current.Product(axis + 1, current.Rank), starts,
                    [.. weights.SelectMany(taps => taps.Select(tap => tap.Index))], [.. weights.SelectMany(taps => taps.Select(tap => (float)tap.Weight))]));
                current = current.With(axis, _isGradient ? plan[axis].InputSize : plan[axis].OutputSize);
            }

            return [.. lines];
        }

        private void Rows(Line line, int start, int end)
        {
            for (var outer = start; outer < end; outer++)
            {
                float* x = _x + ((nint)outer * line.From), y = _y + ((nint)outer * line.To);
                for (var i = 0; i < line.To; i++)
                {
                    int first = line.Starts[i], last = line.Starts[i + 1];
                    var sum = first == last ? _resize.Options.Extrapolation : 0;
                    for (var tap = first; tap < last; tap++)
                    {
                        sum += line.Weights[tap] * x[line.Places[tap]];
                    }

                    y[i] = sum;
                }
            }
        }

        private void Planes(Line line, int start, int end)
        {
            for (var item = start; item < end; item++)
            {
                var (outer, i) = Math.DivRem(item, line.To);
                Span<float> y = new(_y + ((nint)item * line.Inner), line.Inner);
                int first = line.Starts[i], last = line.Starts[i + 1];
                if (first == last)
                {
                    y.Fill(_resize.Options.Extrapolation);
                }

                for (var tap = first; tap < last; tap++)
                {
                    ReadOnlySpan<float> x = new(_x + ((((nint)outer * line.From) + line.Places[tap]) * line.Inner), line.Inner);
                    Add(line.Weights[tap], x, y, tap == first);
                }
            }
        }

        private void Gradient(Line line, int start, int end)
        {
            new Span<float>(_y + ((nint)start * line.From * line.Inner), (end - start) * line.From * line.Inner).Clear();
            for (var outer = start; outer < end; outer++)
            {
                for (var i = 0; i < line.To; i++)
                {
                    var dy = _x + ((((nint)outer * line.To) + i) * line.Inner);
                    for (var tap = line.Starts[i]; tap < line.Starts[i + 1]; tap++)
                    {
                        var dx = _y + ((((nint)outer * line.From) + line.Places[tap]) * line.Inner);
                        if (line.Inner == 1)
                        {
                            *dx += line.Weights[tap] * *dy;
                        }
                        else
                        {
                            Add(line.Weights[tap], new ReadOnlySpan<float>(dy, line.Inner), new Span<float>(dx, line.Inner), false);
                        }
                    }
                }
            }
        }

        private void Add(float weight, ReadOnlySpan<float> x, Span<float> y, bool isFirst)
        {
            if (!isFirst)
            {
                ElementLoops.Binary(Context.Level, new BinaryFunctions.MultiplyAddTo(weight), x, y, y);
            }
            else if (weight.Equals(1f))
            {
                x.CopyTo(y);
            }
            else
            {
                ElementLoops.BinaryScalar(Context.Level, default(BinaryFunctions.Multiply), x, weight, y);
            }
        }
    }
}
