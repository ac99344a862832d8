using OrleansCompute.Tensors.Operators.Recurrent;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of recurrent layers, float32: products over all steps where they do not depend on one another.</summary>
internal static unsafe class RecurrentKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<RecurrentOperator>((context, layer, request) => Fits(request, 0, layer) ? new Forward(context, layer, request.Inputs[0]!.Shape) : null)
        .Add<RecurrentGradientOperator>((context, op, request) =>
            Fits(request, 3, op.Forward) && op.Forward.Clip == 0 && Array.TrueForAll(RecurrentStep.Of(context.Level, op.Forward), step => step.HasSlope)
                ? new Backward(context, op.Forward, request.Inputs[3]!.Shape)
                : null);

    private static bool Fits(KernelRequest request, int first, RecurrentOperator layer)
    {
        var shape = request.Inputs[first]!.Shape;
        return request.Inputs[first]!.ElementType == ElementType.Float32 && shape.Elements > 0 && layer.Hidden > 0;
    }

    /// <summary>Inputs of a layer as its directions take them: x with the steps first, weights of one direction, lengths as ints.</summary>
    private sealed class Inputs
    {
        private readonly RecurrentOperator _layer;
        private readonly int _first;
        private readonly AlignedBuffer _x = new();
        private readonly StridedMove? _toTime;
        private readonly (int Steps, int Batch, int Features) _sizes;
        private int[]? _lengths;
        private KernelCall? _call;

        public Inputs(CpuKernelContext context, RecurrentOperator layer, int first, Shape x)
        {
            (_layer, _first, _sizes) = (layer, first, layer.Sizes(x));
            if (layer.IsBatchFirst)
            {
                _x.Ensure(x.Elements);
                _toTime = StridedMove.Permutation(context, sizeof(float), x, [1, 0, 2]);
            }
        }

        public int[]? Lengths => _call!.OptionalInput(_first + 4) is null ? null : _lengths;

        public float* X { get; private set; }

        public Tensor? State(int index) => _call!.OptionalInput(_first + index);

        public void Read(KernelCall call)
        {
            _call = call;
            var x = call.Input(_first);
            X = (float*)x.Address;
            if (_toTime is not null)
            {
                _toTime.Run(x.Address, x.Shape.Elements, (byte*)Pointers.Of(_x), x.Shape.Elements);
                X = Pointers.Of(_x);
            }

            if (call.OptionalInput(_first + 4) is not { } lengths)
            {
                return;
            }

            _lengths ??= new int[_sizes.Batch];
            for (var n = 0; n < _lengths.Length; n++)
            {
                var length = lengths.ElementType == ElementType.Int64 ? ((long*)lengths.Address)[n] : ((int*)lengths.Address)[n];
                _lengths[n] = length >= 0 && length <= _sizes.Steps ? (int)length : throw new ShapeMismatchException(
                    $"{_layer.Name}: the length of sequence {n} is {length}; allowed 0 to {_sizes.Steps}.");
            }
        }

        /// <summary>The part of an input that belongs to a direction; null when it is left out.</summary>
        public float* Part(int index, int direction, int length) =>
            _call!.OptionalInput(_first + index) is { } tensor ? (float*)tensor.Address + ((nint)direction * length) : null;

        public void Run(RecurrentRun run)
        {
            run.Start(State(5), _layer.Kind == RecurrentKind.Lstm ? State(6) : null);
            run.Forward(
                X, Part(1, run.Direction, run.Rows * run.Features), Part(2, run.Direction, run.Rows * run.Hidden), Part(3, run.Direction, 2 * run.Rows),
                _layer.Kind == RecurrentKind.Lstm ? Part(7, run.Direction, 3 * run.Hidden) : null, Lengths);
        }
    }

    private sealed class Forward(CpuKernelContext context, RecurrentOperator layer, Shape x) : IKernel
    {
        private readonly Inputs _inputs = new(context, layer, 0, x);
        private readonly RecurrentRun[] _runs = [.. Enumerable.Range(0, layer.Directions).Select(direction => new RecurrentRun(context, layer, layer.Sizes(x), direction))];

        public void Run(KernelCall call)
        {
            _inputs.Read(call);
            foreach (var run in _runs)
            {
                _inputs.Run(run);
                var size = run.Batch * run.Hidden;
                for (var step = 0; step < run.Steps; step++)
                {
                    var time = run.Time(step);
                    for (var n = 0; n < run.Batch; n++)
                    {
                        Span<float> to = new((float*)call.Output(0).Address + run.OutputPlace(time, n), run.Hidden);
                        if (_inputs.Lengths is { } lengths && time >= lengths[n])
                        {
                            to.Clear();
                        }
                        else
                        {
                            run.States.Floats.Slice(((step + 1) * size) + (n * run.Hidden), run.Hidden).CopyTo(to);
                        }
                    }
                }

                Last(run, run.States, call.Output(1));
                if (layer.Kind == RecurrentKind.Lstm)
                {
                    Last(run, run.Cells, call.Output(2));
                }
            }
        }

        private static void Last(RecurrentRun run, AlignedBuffer states, Tensor to)
        {
            for (var n = 0; n < run.Batch; n++)
            {
                states.Floats.Slice(((run.Steps * run.Batch) + n) * run.Hidden, run.Hidden).CopyTo(new Span<float>((float*)to.Address + run.StatePlace(n), run.Hidden));
            }
        }
    }

    private sealed class Backward(CpuKernelContext context, RecurrentOperator layer, Shape x) : IKernel
    {
        private readonly Inputs _inputs = new(context, layer, 3, x);
        private readonly RecurrentGradient[] _gradients = [.. Enumerable.Range(0, layer.Directions).Select(direction =>
            new RecurrentGradient(context, layer, new RecurrentRun(context, layer, layer.Sizes(x), direction)))];

        private readonly AlignedBuffer _dx = new(x.Elements);
        private readonly StridedMove? _toBatch = layer.IsBatchFirst ? StridedMove.Permutation(context, sizeof(float), new Shape(x[1], x[0], x[2]), [1, 0, 2]) : null;

        public void Run(KernelCall call)
        {
            _inputs.Read(call);
            var dx = _toBatch is null ? (float*)call.Output(0).Address : Pointers.Of(_dx);
            var isLstm = layer.Kind == RecurrentKind.Lstm;
            foreach (var gradient in _gradients)
            {
                var run = gradient.Run;
                _inputs.Run(run);
                int direction = run.Direction, weights = run.Rows * run.Features, states = run.Rows * run.Hidden;
                gradient.Backward(
                    (float*)call.Input(0).Address,
                    (float*)call.Input(1).Address,
                    call.OptionalInput(2) is { } dc ? (float*)dc.Address : null,
                    _inputs.X,
                    _inputs.Part(1, direction, weights),
                    _inputs.Part(2, direction, states),
                    isLstm ? _inputs.Part(7, direction, 3 * run.Hidden) : null,
                    _inputs.Lengths,
                    dx,
                    Of(call, 1, direction, weights),
                    Of(call, 2, direction, states),
                    Of(call, 3, direction, 2 * run.Rows),
                    (float*)call.Output(4).Address,
                    isLstm ? (float*)call.Output(5).Address : null,
                    isLstm ? Of(call, 6, direction, 3 * run.Hidden) : null);
            }

            _toBatch?.Run((byte*)dx, x.Elements, call.Output(0).Address, x.Elements);
        }

        private static float* Of(KernelCall call, int output, int direction, int length) => (float*)call.Output(output).Address + ((nint)direction * length);
    }
}
