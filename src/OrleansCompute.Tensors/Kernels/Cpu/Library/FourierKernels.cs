using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of Fourier transforms and their gradients, which are transforms of the other sign; float32.</summary>
internal static unsafe class FourierKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<DftOperator>((context, dft, request) => Fits(request, 1) ? new Lines(context, dft, 1, false) : null)
        .Add<DftGradientOperator>((context, dft, request) => Fits(request, 2) ? new Lines(context, dft.Forward, 2, true) : null)
        .Add<StftOperator>((context, _, request) => Fits(request, 1) ? new Frames(context) : null)
        .Add<StftGradientOperator>((context, stft, request) => Fits(request, 2) ? new FramesGradient(context, stft) : null);

    private static bool Fits(KernelRequest request, int signals) => request.Inputs.Take(signals).All(input => input!.ElementType == ElementType.Float32)
        && request.Outputs.All(output => output.ElementType == ElementType.Float32);

    private static FourierBlock[] Blocks(CpuKernelContext context) => [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new FourierBlock(context.Level))];

    /// <summary>Work of a transform in elements that are touched, for the decision whether threads are worth it.</summary>
    private static long Work(long lines, int length) => lines * length * (4 + System.Numerics.BitOperations.Log2((uint)length));

    /// <summary>Counts what a call works with against the memory budget, before it is taken; null when there is none.</summary>
    private static ScratchCount? Count(KernelCall call, CpuKernelContext context, int length, int lanes, int items)
    {
        if (call.Allocator is not HostMemory { BudgetBytes: < long.MaxValue } memory)
        {
            return null;
        }

        var count = new ScratchCount(memory, false, call.Operator.Name);
        count.Count(FourierPlan.Bytes(length, lanes, Math.Clamp(items, 1, context.Team.Parts)), $"{call.Operator.Name} of length {length}");
        return count;
    }

    private static (int Count, int Length, int Step) Plan(StftOperator op, Tensor?[] inputs) =>
        op.Frames(inputs[0]!.Shape, new OperatorInputs(op, [.. inputs.Select(input => input?.Type)], inputs))!.Value;

    /// <summary>Lines along a dimension: those of [outer, from, inner, parts] become [outer, to, inner, parts].</summary>
    private sealed class Lines(CpuKernelContext context, DftOperator op, int lengthInput, bool isGradient) : RangeKernel(context)
    {
        private const int ShortLength = 16;

        private readonly FourierBlock[] _blocks = Blocks(context);
        private FourierPlan _plan = new(1);
        private int _lanes;
        private int _lines;
        private int _inner;
        private (int Size, int Parts) _from;
        private (int Size, int Parts) _to;
        private float* _x;
        private float* _y;

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            Tensor x = call.Input(0), y = call.Output(0), signal = isGradient ? call.Input(1) : x;
            var axis = signal.Shape.Axis(op.Axis, op.Name);
            var length = call.OptionalInput(lengthInput) is { } given ? (int)ConstantNumbers.Read(given)[0] : signal.Shape[axis];
            _from = (x.Shape[axis], x.Shape[x.Shape.Rank - 1]);
            _to = (y.Shape[axis], y.Shape[y.Shape.Rank - 1]);
            _inner = x.Shape.Product(axis + 1, x.Shape.Rank - 1);
            _lines = x.Shape.Product(0, axis) * _inner;
            _x = (float*)x.Address;
            _y = (float*)y.Address;
            _lanes = Math.Min(FourierBlock.LinesOf(length), IsPaired ? (_lines + 1) / 2 : _lines);
            if (_lines > 0)
            {
                var perBlock = length <= ShortLength ? 1 : IsPaired ? 2 * _lanes : _lanes;
                var items = (_lines + perBlock - 1) / perBlock;
                using var count = Count(call, Context, length, _lanes, items);
                if (_plan.Length != length)
                {
                    _plan = new FourierPlan(length);
                }

                Share(items, Work(_lines, length));
            }
        }

        /// <summary>
        /// Whether lines are short enough to be summed up as the transform is defined, in double: what cancels to zero then does, which float32
        /// leaves at 1e-6 (the ONNX project's cases allow 1e-7).
        /// </summary>
        private bool IsShort => _plan.Length <= ShortLength;

        /// <summary>Whether lines are real and lie in memory one behind another.</summary>
        private bool IsPaired => _from.Parts == 1 && _inner == 1;

        protected override void Range(int start, int end, int part)
        {
            if (IsShort)
            {
                Short(start, end);
                return;
            }

            var block = _blocks[part];
            int read = Math.Min(_from.Size, _plan.Length), write = Math.Min(_to.Size, _plan.Length);
            var scale = op.IsInverse ? 1f / _plan.Length : 1;
            nint fromLine = (nint)_from.Size * _from.Parts, toLine = (nint)_to.Size * _to.Parts;
            Span<nint> from = stackalloc nint[_lanes], to = stackalloc nint[_lanes];
            for (var item = start; item < end; item++)
            {
                block.Begin(_plan, _lanes);
                block.Clear(read);
                var perBlock = IsPaired ? 2 * _lanes : _lanes;
                int first = item * perBlock, lines = Math.Min(perBlock, _lines - first);
                if (IsPaired)
                {
                    block.ReadPairs(_x + (first * fromLine), read, lines, fromLine);
                    block.Run(op.IsInverse, Stop);
                    if (Stop.IsRequested)
                    {
                        return;
                    }

                    block.WritePairs(write, lines, scale, _y + (first * toLine), toLine);
                    continue;
                }

                for (var lane = 0; lane < lines; lane++)
                {
                    (from[lane], to[lane]) = (Place(first + lane, _from), Place(first + lane, _to));
                }

                block.Read(from[..lines], _x, read, (nint)_inner * _from.Parts, _from.Parts == 2);
                block.Run(op.IsInverse != isGradient, Stop);
                if (Stop.IsRequested)
                {
                    return;
                }

                block.Write(to[..lines], write, scale, _y, (nint)_inner * _to.Parts, _to.Parts == 2);
                for (var i = 0; i < lines * (_to.Size - write); i++)
                {
                    new Span<float>(_y + to[i % lines] + ((nint)(write + (i / lines)) * _inner * _to.Parts), _to.Parts).Clear();
                }
            }
        }

        private void Short(int start, int end)
        {
            int length = _plan.Length, read = Math.Min(_from.Size, length);
            double sign = op.IsInverse != isGradient ? 1 : -1, scale = op.IsInverse ? 1.0 / length : 1;
            double* cosines = stackalloc double[length], sines = stackalloc double[length];
            for (var t = 0; t < length; t++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * t / length);
                (cosines[t], sines[t]) = (cosine, sign * sine);
            }

            for (var line = start; line < end; line++)
            {
                float* x = _x + Place(line, _from), y = _y + Place(line, _to);
                for (var k = 0; k < _to.Size; k++)
                {
                    double re = 0, im = 0;
                    for (int t = 0, turn = 0; t < (k < length ? read : 0); t++, turn = turn + k >= length ? turn + k - length : turn + k)
                    {
                        var at = (nint)t * _inner * _from.Parts;
                        double real = x[at], imaginary = _from.Parts == 2 ? x[at + 1] : 0;
                        re += (real * cosines[turn]) - (imaginary * sines[turn]);
                        im += (real * sines[turn]) + (imaginary * cosines[turn]);
                    }

                    var to = y + ((nint)k * _inner * _to.Parts);
                    to[0] = (float)(re * scale);
                    if (_to.Parts == 2)
                    {
                        to[1] = (float)(im * scale);
                    }
                }
            }
        }

        private nint Place(int line, (int Size, int Parts) side)
        {
            var (outer, inner) = Math.DivRem(line, _inner);
            return (((nint)outer * side.Size * _inner) + inner) * side.Parts;
        }
    }

    /// <summary>Frames of signals; threads take blocks of frames.</summary>
    private sealed class Frames(CpuKernelContext context) : RangeKernel(context)
    {
        private readonly FourierBlock[] _blocks = Blocks(context);
        private FourierPlan _plan = new(1);
        private (int Count, int Length, int Step) _frames;
        private Shape _signal = Shape.Scalar;
        private int _bins;
        private int _lanes;
        private float* _x;
        private float* _window;
        private float* _y;

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            _signal = call.Input(0).Shape;
            _frames = Plan((StftOperator)call.Operator, [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)]);
            _bins = call.Output(0).Shape[2];
            _x = (float*)call.Input(0).Address;
            _window = call.OptionalInput(2) is { } window ? (float*)window.Address : null;
            _y = (float*)call.Output(0).Address;
            _lanes = Math.Min(FourierBlock.LinesOf(_frames.Length), _signal[2] == 1 ? (_frames.Count + 1) / 2 : _frames.Count);
            using var count = Count(call, Context, _frames.Length, _lanes, _signal[0] * BlocksOfSignal);
            if (_plan.Length != _frames.Length)
            {
                _plan = new FourierPlan(_frames.Length);
            }

            Share(_signal[0] * BlocksOfSignal, Work((long)_signal[0] * _frames.Count, _frames.Length));
        }

        private int PerBlock => _signal[2] == 1 ? 2 * _lanes : _lanes;

        private int BlocksOfSignal => (_frames.Count + PerBlock - 1) / PerBlock;

        protected override void Range(int start, int end, int part)
        {
            var block = _blocks[part];
            nint step = (nint)_frames.Step * _signal[2], toFrame = 2 * (nint)_bins;
            Span<nint> from = stackalloc nint[_lanes], to = stackalloc nint[_lanes];
            for (var item = start; item < end; item++)
            {
                var (signal, number) = Math.DivRem(item, BlocksOfSignal);
                int first = number * PerBlock, frames = Math.Min(PerBlock, _frames.Count - first);
                float* x = _x + ((nint)signal * _signal[1] * _signal[2]) + (first * step), y = _y + ((((nint)signal * _frames.Count) + first) * toFrame);
                block.Begin(_plan, _lanes);
                if (_signal[2] == 1)
                {
                    block.ReadPairs(x, _frames.Length, frames, step);
                }
                else
                {
                    for (var lane = 0; lane < frames; lane++)
                    {
                        (from[lane], to[lane]) = (lane * step, lane * toFrame);
                    }

                    block.Read(from[..frames], x, _frames.Length, 2, true);
                }

                if (_window is not null)
                {
                    block.Weigh(_window, _frames.Length);
                }

                block.Run(false, Stop);
                if (Stop.IsRequested)
                {
                    return;
                }

                if (_signal[2] == 1)
                {
                    block.WritePairs(_bins, frames, 1, y, toFrame);
                    continue;
                }

                block.Write(to[..frames], _bins, 1, y, 2, true);
            }
        }
    }

    /// <summary>Gradients of frames, added where they overlap; threads take signals, so that the order of the sums is always the same.</summary>
    private sealed class FramesGradient(CpuKernelContext context, StftGradientOperator op) : RangeKernel(context)
    {
        private readonly FourierBlock[] _blocks = Blocks(context);
        private FourierPlan _plan = new(1);
        private (int Count, int Length, int Step) _frames;
        private Shape _signal = Shape.Scalar;
        private int _bins;
        private float[] _windows = [];
        private float* _dy;
        private float* _x;
        private float* _window;
        private float* _dx;

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            _signal = call.Input(1).Shape;
            _frames = Plan(op.Forward, [.. Enumerable.Range(1, call.InputCount - 1).Select(call.OptionalInput)]);
            using var count = Count(call, Context, _frames.Length, Math.Min(FourierBlock.LinesOf(_frames.Length), _frames.Count), _signal[0]);
            if (_plan.Length != _frames.Length)
            {
                _plan = new FourierPlan(_frames.Length);
            }

            _bins = call.Input(0).Shape[2];
            _dy = (float*)call.Input(0).Address;
            _x = (float*)call.Input(1).Address;
            _dx = (float*)call.Output(0).Address;
            _window = call.OptionalInput(3) is { } window ? (float*)window.Address : null;
            _windows = op.HasWindow ? new float[_signal[0] * _frames.Length] : [];
            Share(_signal[0], Work((long)_signal[0] * _frames.Count, _frames.Length));
            if (op.HasWindow)
            {
                var sum = call.Output(1).AsSpan<float>();
                sum.Clear();
                for (var i = 0; i < _windows.Length; i++)
                {
                    sum[i % _frames.Length] += _windows[i];
                }
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var block = _blocks[part];
            int parts = _signal[2], lanes = Math.Min(FourierBlock.LinesOf(_frames.Length), _frames.Count);
            Span<nint> from = stackalloc nint[lanes];
            new Span<float>(_dx + ((nint)start * _signal[1] * parts), (end - start) * _signal[1] * parts).Clear();
            for (var signal = start; signal < end; signal++)
            {
                for (var first = 0; first < _frames.Count; first += lanes)
                {
                    block.Begin(_plan, lanes);
                    block.Clear(_bins);
                    var frames = Math.Min(lanes, _frames.Count - first);
                    for (var lane = 0; lane < frames; lane++)
                    {
                        from[lane] = (((nint)signal * _frames.Count) + first + lane) * _bins * 2;
                    }

                    block.Read(from[..frames], _dy, _bins, 2, true);
                    block.Run(true, Stop);
                    if (Stop.IsRequested)
                    {
                        return;
                    }

                    for (var lane = 0; lane < frames; lane++)
                    {
                        Add(block, signal, lane, (((nint)signal * _signal[1]) + ((nint)(first + lane) * _frames.Step)) * parts);
                    }
                }
            }
        }

        private void Add(FourierBlock block, int signal, int lane, nint at)
        {
            float* dx = _dx + at, x = _x + at, re = block.Re + lane, im = block.Im + lane;
            var windows = _windows.AsSpan(op.HasWindow ? signal * _frames.Length : 0);
            for (var t = 0; t < _frames.Length; t++)
            {
                float real = re[(nint)t * block.Lines], imaginary = im[(nint)t * block.Lines], weight = _window is null ? 1 : _window[t], product;
                if (_signal[2] == 1)
                {
                    dx[t] += weight * real;
                    product = real * x[t];
                }
                else
                {
                    dx[2 * t] += weight * real;
                    dx[(2 * t) + 1] += weight * imaginary;
                    product = (real * x[2 * t]) + (imaginary * x[(2 * t) + 1]);
                }

                if (op.HasWindow)
                {
                    windows[t] += product;
                }
            }
        }
    }
}
