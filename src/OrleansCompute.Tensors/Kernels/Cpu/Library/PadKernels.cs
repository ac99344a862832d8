using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of operators whose result takes each element from a place that each dimension determines by itself, or from none: padding of all
/// kinds, cropping, sequences reversed in part. Stateless.
/// </summary>
internal static unsafe class PadKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<PadOperator>((context, pad, request) => new Kernel(context, request, false, (from, to, inputs) => Sources(pad, pad.Amounts(from, inputs, 1)!, from, to)) { Value = pad.Value })
        .Add<PadGradientOperator>((context, pad, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new Kernel(context, request, true, (from, to, inputs) => Sources(pad.Forward, pad.Forward.Amounts(to, inputs, 2)!, to, from))
            : null)
        .Add<CenterCropPadOperator>((context, _, request) => new Kernel(context, request, false, (from, to, _) => Centred(from, to)))
        .Add<ReverseSequenceOperator>((_, reverse, _) => new Reverse(reverse));

    /// <summary>For each dimension of the padded shape the place in the plain one, or -1.</summary>
    private delegate int[][] Places(Shape from, Shape to, OperatorInputs inputs);

    private static int[][] Sources(PadOperator pad, (int Begin, int End)[] amounts, Shape plain, Shape padded) =>
        [.. Enumerable.Range(0, padded.Rank).Select(axis => Enumerable.Range(0, padded[axis]).Select(i => pad.Source(i - amounts[axis].Begin, plain[axis])).ToArray())];

    private static int[][] Centred(Shape from, Shape to) => [.. Enumerable.Range(0, to.Rank).Select(axis =>
    {
        var shift = from[axis] >= to[axis] ? (from[axis] - to[axis]) / 2 : -((to[axis] - from[axis]) / 2);
        return Enumerable.Range(0, to[axis]).Select(i => i + shift is var place && place >= 0 && place < from[axis] ? place : -1).ToArray();
    })];

    /// <summary>Copies rows of the last dimension, whole where their places follow one another; threads take the first dimension.</summary>
    private sealed class Kernel : RangeKernel
    {
        private readonly bool _isGradient;
        private readonly Places _create;
        private readonly int[][]? _fixed;
        private readonly byte[] _fill = new byte[8];
        private int[][] _places = [];
        private int[] _strides = [];
        private int[] _paddedStrides = [];
        private int _size;
        private int _runStart;
        private int _runLength;
        private byte* _plain;
        private byte* _padded;
        private double _rest;

        public Kernel(CpuKernelContext context, KernelRequest request, bool isGradient, Places create)
            : base(context)
        {
            (_isGradient, _create) = (isGradient, create);
            var steers = Enumerable.Range(1, request.Inputs.Count - 1).Where(i => request.Inputs[i] is { ElementType: ElementType.Int64 or ElementType.Int32 });
            if (request.Outputs[0].IsStatic && steers.All(i => request.Constants[i] is not null))
            {
                _fixed = create(request.Inputs[0]!.Shape, request.Outputs[0].Shape, Outputs.Constants(request));
            }
        }

        /// <summary>What fills the rest when no input says it.</summary>
        public float Value { get; init; }

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            Tensor x = call.Input(0), y = call.Output(0), plain = _isGradient ? y : x, padded = _isGradient ? x : y;
            _places = _fixed ?? _create(x.Shape, y.Shape, Outputs.Values(call));
            _strides = _strides.Length == plain.Shape.Rank && _fixed is not null ? _strides : plain.Shape.Strides();
            _paddedStrides = _paddedStrides.Length == padded.Shape.Rank && _fixed is not null ? _paddedStrides : padded.Shape.Strides();
            _size = x.ElementType.Size();
            _plain = plain.Address;
            _padded = padded.Address;
            FindRun();
            _rest = 0;
            if (_isGradient)
            {
                y.AsBytes().Clear();
                Rows(0, 0, 0, true);
                if (call.HasOutput(1))
                {
                    *(float*)call.Output(1).Address = (float)_rest;
                }

                return;
            }

            ReadFill(call, x.ElementType);
            if (_places.Length == 0)
            {
                x.AsBytes().CopyTo(y.AsBytes());
            }
            else
            {
                Share(_places[0].Length, y.Shape.Elements);
            }
        }

        protected override void Range(int start, int end, int part)
        {
            for (var i = start; i < end; i++)
            {
                if (_places.Length == 1)
                {
                    Element(0, 0, i);
                }
                else
                {
                    Rows(1, _places[0][i] < 0 ? -1 : (nint)_places[0][i] * _strides[0], (nint)i * _paddedStrides[0], false);
                }
            }
        }

        private void ReadFill(KernelCall call, ElementType type)
        {
            Array.Clear(_fill);
            if (call.Operator is PadOperator && call.OptionalInput(2) is { } value)
            {
                value.AsBytes().CopyTo(_fill);
            }
            else if (Value != 0)
            {
                var one = Value;
                Vector.Conversions.Convert(
                    Context.Level, ElementType.Float32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<float>(ref one)), type, _fill.AsSpan(0, _size));
            }
        }

        /// <summary>The longest start of the last dimension, behind its padding, whose places follow one another.</summary>
        private void FindRun()
        {
            if (_places.Length == 0)
            {
                return;
            }

            var last = _places[^1];
            _runStart = Array.IndexOf(last, 0);
            _runLength = 0;
            while (_runStart >= 0 && _runStart + _runLength < last.Length && last[_runStart + _runLength] == _runLength)
            {
                _runLength++;
            }

            _runStart = Math.Max(_runStart, 0);
        }

        private void Rows(int axis, nint plain, nint padded, bool isGradient)
        {
            if (axis < _places.Length - 1)
            {
                for (var i = 0; i < _places[axis].Length; i++)
                {
                    Rows(axis + 1, plain < 0 || _places[axis][i] < 0 ? -1 : plain + ((nint)_places[axis][i] * _strides[axis]), padded + ((nint)i * _paddedStrides[axis]), isGradient);
                }

                return;
            }

            var length = _places.Length == 0 ? 1 : _places[^1].Length;
            if (isGradient)
            {
                AddRow(plain, padded, length);
                return;
            }

            var isInside = plain >= 0;
            var run = isInside ? _runLength : 0;
            for (var i = 0; i < (run > 0 ? _runStart : 0); i++)
            {
                Element(plain, padded, i);
            }

            if (run > 0)
            {
                Buffer.MemoryCopy(_plain + (plain * _size), _padded + ((padded + _runStart) * _size), (long)run * _size, (long)run * _size);
            }

            for (var i = run > 0 ? _runStart + run : 0; i < length; i++)
            {
                Element(plain, padded, i);
            }
        }

        private void Element(nint plain, nint padded, int i)
        {
            var place = _places[^1][i];
            var to = _padded + ((padded + i) * _size);
            if (plain < 0 || place < 0)
            {
                _fill.AsSpan(0, _size).CopyTo(new Span<byte>(to, _size));
            }
            else
            {
                Buffer.MemoryCopy(_plain + ((plain + place) * _size), to, _size, _size);
            }
        }

        private void AddRow(nint plain, nint padded, int length)
        {
            float* from = (float*)_padded + padded, to = (float*)_plain;
            for (var i = 0; i < length; i++)
            {
                var place = _places.Length == 0 ? 0 : _places[^1][i];
                if (plain < 0 || place < 0)
                {
                    _rest += from[i];
                }
                else
                {
                    to[plain + place] += from[i];
                }
            }
        }
    }

    /// <summary>Sequences turned round up to their lengths: one run for each step of each sequence.</summary>
    private sealed class Reverse(ReverseSequenceOperator op) : IKernel
    {
        public void Run(KernelCall call)
        {
            Tensor x = call.Input(0), y = call.Output(0), lengths = call.Input(1);
            int batch = x.Shape[op.BatchAxis], steps = x.Shape[op.TimeAxis], run = x.Shape.Product(2, x.Shape.Rank) * x.ElementType.Size();
            for (var b = 0; b < batch; b++)
            {
                var length = lengths.ElementType == ElementType.Int64 ? ((long*)lengths.Address)[b] : ((int*)lengths.Address)[b];
                for (var t = 0; t < steps; t++)
                {
                    var source = t < Math.Min(length, steps) ? (int)Math.Min(length, steps) - 1 - t : t;
                    Buffer.MemoryCopy(x.Address + Place(b, source), y.Address + Place(b, t), run, run);
                }
            }

            nint Place(int b, int t) => (nint)(op.TimeAxis == 0 ? (t * batch) + b : (b * steps) + t) * run;
        }
    }
}
