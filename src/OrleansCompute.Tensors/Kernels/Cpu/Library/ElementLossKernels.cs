using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of losses that compare element with element, float32; sums of blocks are added in double.</summary>
internal static unsafe class ElementLossKernels
{
    private const int Block = 1024;

    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ElementLossOperator>((context, op, request) => IsReal(request) ? op.Loss switch
        {
            ElementLoss.SquaredError => Loss(context, op, default(ElementLosses.Squared)),
            ElementLoss.AbsoluteError => Loss(context, op, default(ElementLosses.Absolute)),
            ElementLoss.Huber => Loss(context, op, new ElementLosses.Huber(op.Delta, 1)),
            ElementLoss.SmoothAbsoluteError => Loss(context, op, new ElementLosses.Huber(op.Delta, 1 / op.Delta)),
            ElementLoss.BinaryCrossEntropy => Loss(context, op, default(ElementLosses.BinaryCrossEntropy)),
            ElementLoss.BinaryCrossEntropyWithLogits => Loss(context, op, default(ElementLosses.BinaryCrossEntropyWithLogits)),
            _ => Loss(context, op, default(ElementLosses.KullbackLeibler)),
        }
        : null)
        .Add<ElementLossGradientOperator>((context, op, request) => IsReal(request) ? op.Loss switch
        {
            ElementLoss.SquaredError => Symmetric(context, op, default(ElementLosses.SquaredSlope)),
            ElementLoss.AbsoluteError => Symmetric(context, op, default(ElementLosses.AbsoluteSlope)),
            ElementLoss.Huber => Symmetric(context, op, new ElementLosses.HuberSlope(op.Delta, 1)),
            ElementLoss.SmoothAbsoluteError => Symmetric(context, op, new ElementLosses.HuberSlope(op.Delta, 1 / op.Delta)),
            ElementLoss.BinaryCrossEntropy => op.IsOfTargets
                ? Gradient(context, op, default(ElementLosses.BinaryCrossEntropyTargetSlope))
                : Gradient(context, op, default(ElementLosses.BinaryCrossEntropySlope)),
            ElementLoss.BinaryCrossEntropyWithLogits => op.IsOfTargets
                ? Gradient(context, op, default(ElementLosses.NegatedPrediction))
                : Gradient(context, op, default(ElementLosses.BinaryCrossEntropyWithLogitsSlope)),
            _ => op.IsOfTargets
                ? Gradient(context, op, default(ElementLosses.KullbackLeiblerTargetSlope))
                : Gradient(context, op, default(ElementLosses.KullbackLeiblerSlope)),
        }
        : null);

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

    private static LossKernel<TFunction> Loss<TFunction>(CpuKernelContext context, ElementLossOperator op, TFunction function)
        where TFunction : struct, IBinaryFunction => new(context, op.Reduction, function);

    private static IKernel Symmetric<TFunction>(CpuKernelContext context, ElementLossGradientOperator op, TFunction function)
        where TFunction : struct, IBinaryFunction =>
        op.IsOfTargets ? Gradient(context, op, new ElementLosses.Negated<TFunction>(function)) : Gradient(context, op, function);

    private static GradientKernel<TFunction> Gradient<TFunction>(CpuKernelContext context, ElementLossGradientOperator op, TFunction function)
        where TFunction : struct, IBinaryFunction => new(context, op.Reduction, function);

    private sealed class LossKernel<TFunction>(CpuKernelContext context, LossReduction reduction, TFunction function) : RangeKernel(context)
        where TFunction : struct, IBinaryFunction
    {
        private readonly AlignedBuffer[] _blocks = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new AlignedBuffer(Block))];
        private readonly double[] _sums = new double[context.Team.Parts];
        private float* _x;
        private float* _t;
        private float* _y;
        private int _count;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _t = (float*)call.Input(1).Address;
            _y = reduction == LossReduction.None ? (float*)call.Output(0).Address : null;
            _count = call.Input(0).Shape.Elements;
            Array.Clear(_sums);
            Share((_count + Block - 1) / Block, _count);
            if (reduction == LossReduction.None)
            {
                return;
            }

            var sum = 0.0;
            foreach (var part in _sums)
            {
                sum += part;
            }

            *(float*)call.Output(0).Address = (float)(reduction == LossReduction.Mean ? sum / _count : sum);
        }

        protected override void Range(int start, int end, int part)
        {
            for (var at = start * Block; at < Math.Min(end * Block, _count); at += Block)
            {
                var count = Math.Min(Block, _count - at);
                var y = _y == null ? _blocks[part].Floats[..count] : new Span<float>(_y + at, count);
                ElementLoops.Binary(Context.Level, function, new ReadOnlySpan<float>(_x + at, count), new ReadOnlySpan<float>(_t + at, count), y);
                if (_y == null)
                {
                    _sums[part] += Reductions.Reduce<Reducers.Sum>(Context.Level, y);
                }
            }
        }
    }

    private sealed class GradientKernel<TFunction>(CpuKernelContext context, LossReduction reduction, TFunction function) : RangeKernel(context)
        where TFunction : struct, IBinaryFunction
    {
        private float* _x;
        private float* _t;
        private float* _dy;
        private float* _dx;
        private int _count;
        private float _factor;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _t = (float*)call.Input(1).Address;
            _dy = (float*)call.Input(2).Address;
            _dx = (float*)call.Output(0).Address;
            _count = call.Input(0).Shape.Elements;
            _factor = reduction switch { LossReduction.None => 1, LossReduction.Sum => *_dy, _ => *_dy / _count };
            Share((_count + Block - 1) / Block, _count);
        }

        protected override void Range(int start, int end, int part)
        {
            for (var at = start * Block; at < Math.Min(end * Block, _count); at += Block)
            {
                var count = Math.Min(Block, _count - at);
                Span<float> dx = new(_dx + at, count);
                ElementLoops.Binary(Context.Level, function, new ReadOnlySpan<float>(_x + at, count), new ReadOnlySpan<float>(_t + at, count), dx);
                if (reduction == LossReduction.None)
                {
                    ElementLoops.Binary(Context.Level, default(BinaryFunctions.Multiply), dx, new ReadOnlySpan<float>(_dy + at, count), dx);
                }
                else
                {
                    ElementLoops.BinaryScalar(Context.Level, default(BinaryFunctions.Multiply), dx, _factor, dx);
                }
            }
        }
    }
}
