using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of ONNX's losses over classes, scores [N, C, ...] in float32; threads take examples.</summary>
internal static unsafe class ClassLossKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<SoftmaxCrossEntropyLossOperator>((context, op, request) => Fits(request) ? new Loss(context, request, op.Reduction, op.IgnoreIndex, op.LabelSmoothing, true) : null)
        .Add<NegativeLogLikelihoodLossOperator>((context, op, request) => Fits(request) ? new Loss(context, request, op.Reduction, op.IgnoreIndex, 0, false) : null)
        .Add<SoftmaxCrossEntropyGradientOperator>((context, op, request) => Fits(request) ? new Gradient(context, request, op.Reduction, op.IgnoreIndex, op.LabelSmoothing, true) : null)
        .Add<NegativeLogLikelihoodGradientOperator>((context, op, request) => Fits(request) ? new Gradient(context, request, op.Reduction, op.IgnoreIndex, 0, false) : null);

    private static bool Fits(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32 && request.Inputs[0]!.Shape.Elements > 0
        && (request.Inputs.Count < 3 || request.Inputs[2] is null or { ElementType: ElementType.Float32 });

    /// <summary>Labels and weights as both directions need them.</summary>
    private abstract class Classes : RangeKernel
    {
        private readonly string _user;
        private readonly long? _ignored;

        protected Classes(CpuKernelContext context, KernelRequest request, LossReduction reduction, long? ignored, float smoothing)
            : base(context)
        {
            var shape = request.Inputs[0]!.Shape;
            (_user, _ignored, Reduction, Smoothing) = (request.Operator.Name, ignored, reduction, smoothing);
            (Batch, Count, Inner) = (shape[0], shape[1], shape.Product(2, shape.Rank));
            Labels = new int[Batch * Inner];
        }

        protected int Batch { get; }

        protected int Count { get; }

        protected int Inner { get; }

        protected LossReduction Reduction { get; }

        protected float Smoothing { get; }

        /// <summary>The class of each place, or -1 where it does not count.</summary>
        protected int[] Labels { get; }

        protected float* Weights { get; private set; }

        protected double TotalWeight { get; private set; }

        protected void Read(Tensor labels, Tensor? weights)
        {
            Weights = weights is null ? null : (float*)weights.Address;
            TotalWeight = 0;
            for (var i = 0; i < Labels.Length; i++)
            {
                var label = labels.ElementType == ElementType.Int32 ? ((int*)labels.Address)[i] : ((long*)labels.Address)[i];
                var isIgnored = label == _ignored;
                if (!isIgnored && (label < 0 || label >= Count))
                {
                    throw new ShapeMismatchException(
                        $"{_user}: label {i} is {label}; allowed: 0 to {Count - 1}{(_ignored is { } ignored ? $", or {ignored} to be ignored" : "")}.");
                }

                Labels[i] = isIgnored ? -1 : (int)label;
                TotalWeight += isIgnored ? 0 : Weight((int)label);
            }
        }

        protected float Weight(int c) => Weights == null ? 1 : Weights[c];
    }

    private sealed class Loss(
        CpuKernelContext context, KernelRequest request, LossReduction reduction, long? ignored, float smoothing, bool takesScores)
        : Classes(context, request, reduction, ignored, smoothing)
    {
        private readonly AlignedBuffer _logarithms = new();
        private readonly double[] _sums = new double[context.Team.Parts];
        private float* _x;
        private float* _y;
        private float* _log;

        public override void Run(KernelCall call)
        {
            Read(call.Input(1), call.OptionalInput(2));
            _x = (float*)call.Input(0).Address;
            _y = Reduction == LossReduction.None ? (float*)call.Output(0).Address : null;
            _log = _x;
            if (takesScores && call.HasOutput(1))
            {
                _log = (float*)call.Output(1).Address;
            }
            else if (takesScores)
            {
                _logarithms.Ensure(call.Input(0).Shape.Elements);
                _log = Pointers.Of(_logarithms);
            }

            Array.Clear(_sums);
            Share(Batch, call.Input(0).Shape.Elements);
            if (Reduction != LossReduction.None)
            {
                var sum = 0.0;
                foreach (var part in _sums)
                {
                    sum += part;
                }

                *(float*)call.Output(0).Address = (float)(Reduction == LossReduction.Mean ? sum / TotalWeight : sum);
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var size = Count * Inner;
            if (takesScores)
            {
                Softmax.AxisLog(
                    Context.Level, end - start, Count, Inner, new ReadOnlySpan<float>(_x + ((nint)start * size), (end - start) * size), new Span<float>(_log + ((nint)start * size), (end - start) * size));
            }

            for (var i = start * Inner; i < end * Inner; i++)
            {
                var loss = Labels[i] < 0 ? 0 : Place(_log + ((nint)(i / Inner) * size) + (i % Inner), Labels[i]);
                _sums[part] += loss;
                if (_y != null)
                {
                    _y[i] = (float)loss;
                }
            }
        }

        private double Place(float* log, int label)
        {
            double loss = -(1.0 - Smoothing) * Weight(label) * log[(nint)label * Inner];
            for (var c = 0; c < Count && Smoothing > 0; c++)
            {
                loss -= (double)Smoothing / Count * Weight(c) * log[(nint)c * Inner];
            }

            return loss;
        }
    }

    /// <summary>By logarithms of probabilities, or (of scores) by what they were made from.</summary>
    private sealed class Gradient(
        CpuKernelContext context, KernelRequest request, LossReduction reduction, long? ignored, float smoothing, bool ofScores)
        : Classes(context, request, reduction, ignored, smoothing)
    {
        private float* _log;
        private float* _dy;
        private float* _dx;

        public override void Run(KernelCall call)
        {
            Read(call.Input(1), call.OptionalInput(2));
            _log = (float*)call.Input(0).Address;
            _dy = (float*)call.Input(3).Address;
            _dx = (float*)call.Output(0).Address;
            Share(Batch, call.Input(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            var size = Count * Inner;
            Span<float> dx = new(_dx + ((nint)start * size), (end - start) * size);
            if (ofScores)
            {
                ElementLoops.Unary(Context.Level, default(UnaryFunctions.Exp), new ReadOnlySpan<float>(_log + ((nint)start * size), dx.Length), dx);
            }
            else
            {
                dx.Clear();
            }

            for (var i = start * Inner; i < end * Inner; i++)
            {
                var to = _dx + ((nint)(i / Inner) * size) + (i % Inner);
                var factor = Labels[i] < 0 ? 0 : (float)(Reduction switch { LossReduction.None => _dy[i], LossReduction.Sum => *_dy, _ => *_dy / TotalWeight });
                Place(to, Labels[i], factor);
            }
        }

        /// <summary>The slopes of one place; to holds the probabilities when scores are meant.</summary>
        private void Place(float* to, int label, float factor)
        {
            var sum = label < 0 ? 0 : -factor * (1 - Smoothing) * Weight(label);
            for (var c = 0; c < Count && Smoothing > 0 && label >= 0; c++)
            {
                sum -= factor * Smoothing / Count * Weight(c);
            }

            for (var c = 0; c < Count && (ofScores || Smoothing > 0); c++)
            {
                var slope = label < 0 || Smoothing == 0 ? 0 : -factor * Smoothing / Count * Weight(c);
                to[(nint)c * Inner] = label < 0 ? 0 : slope - (ofScores ? to[(nint)c * Inner] * sum : 0);
            }

            if (label >= 0)
            {
                to[(nint)label * Inner] -= factor * (1 - Smoothing) * Weight(label);
            }
        }
    }
}
