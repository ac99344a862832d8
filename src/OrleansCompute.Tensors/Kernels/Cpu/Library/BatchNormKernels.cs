using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of batch normalisation, float32; threads take slices, or channels where statistics are made.</summary>
internal static unsafe class BatchNormKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<BatchNormalizationOperator>((context, norm, request) => !Fits(request, 5) ? null
            : norm.IsTraining ? new Training(context, norm, request.Inputs[0]!.Shape) : new Inference(context, norm, request.Inputs[0]!.Shape))
        .Add<BatchNormalizationGradientOperator>((context, norm, request) => Fits(request, 5) ? new Backward(context, norm.IsTraining, request.Inputs[0]!.Shape) : null);

    private static bool Fits(KernelRequest request, int inputs) =>
        request.Inputs[0]!.Shape.Elements > 0 && Enumerable.Range(0, inputs).All(i => request.Inputs[i]!.ElementType == ElementType.Float32);

    /// <summary>Sizes that all have in common, and y = x * scale + offset with one of each per channel.</summary>
    private abstract class Channels(CpuKernelContext context, Shape shape) : RangeKernel(context)
    {
        protected int Batch { get; } = shape[0];

        protected int Count { get; } = shape[1];

        protected int Inner { get; } = shape.Product(2, shape.Rank);

        protected int Elements { get; } = shape.Elements;

        protected AlignedBuffer Scale { get; } = new(shape[1]);

        protected AlignedBuffer Offset { get; } = new(shape[1]);

        /// <summary>Rows of channels where a channel has one element, else slices of one channel.</summary>
        protected int Slices => Inner == 1 ? Batch : Batch * Count;

        protected void Prepare(ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, float epsilon)
        {
            for (var c = 0; c < Count; c++)
            {
                var scale = (float)(gamma[c] / Math.Sqrt((double)variance[c] + epsilon));
                Scale.Floats[c] = scale;
                Offset.Floats[c] = beta[c] - (mean[c] * scale);
            }
        }

        protected void Affine(float* x, float* y, int start, int end)
        {
            for (var slice = start; slice < end; slice++)
            {
                if (Inner == 1)
                {
                    var row = (nint)slice * Count;
                    ElementLoops.Ternary(
                        Context.Level, default(TernaryFunctions.MultiplyAdd), new ReadOnlySpan<float>(x + row, Count), Scale.Floats[..Count], Offset.Floats[..Count], new Span<float>(y + row, Count));
                    continue;
                }

                var at = (nint)slice * Inner;
                var channel = slice % Count;
                ElementLoops.Unary(
                    Context.Level, new UnaryFunctions.Affine(Scale.Floats[channel], Offset.Floats[channel]), new ReadOnlySpan<float>(x + at, Inner), new Span<float>(y + at, Inner));
            }
        }

        /// <summary>The first channel of an item when threads take channels: a vector of them where they lie side by side.</summary>
        protected int FirstChannel(int item) => Inner == 1 ? item * 16 : item;

        protected int ChannelItems => Inner == 1 ? (Count + 15) / 16 : Count;

        /// <summary>Channels of a range of items, and where they start.</summary>
        protected (int First, int Count) Range(int start, int end)
        {
            var first = FirstChannel(start);
            return (first, Math.Min(FirstChannel(end), Count) - first);
        }
    }

    private sealed class Inference(CpuKernelContext context, BatchNormalizationOperator norm, Shape shape) : Channels(context, shape)
    {
        private float* _x;
        private float* _y;

        public override void Run(KernelCall call)
        {
            Prepare(call.Input(1).AsSpan<float>(), call.Input(2).AsSpan<float>(), call.Input(3).AsSpan<float>(), call.Input(4).AsSpan<float>(), norm.Epsilon);
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Output(0).Address;
            Share(Slices, Elements);
        }

        protected override void Range(int start, int end, int part) => Affine(_x, _y, start, end);
    }

    private sealed class Training(CpuKernelContext context, BatchNormalizationOperator norm, Shape shape) : Channels(context, shape)
    {
        private readonly AlignedBuffer _variance = new(shape[1]);
        private float* _x;
        private float* _y;
        private float* _mean;
        private bool _hasStatistics;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Output(0).Address;
            _mean = (float*)call.Output(3).Address;
            _hasStatistics = false;
            Share(ChannelItems, Elements);
            Span<float> mean = call.Output(3).AsSpan<float>(), variance = _variance.Floats[..Count], inverse = call.Output(4).AsSpan<float>();
            Prepare(call.Input(1).AsSpan<float>(), call.Input(2).AsSpan<float>(), mean, variance, norm.Epsilon);
            Span<float> oldMean = call.Input(3).AsSpan<float>(), oldVariance = call.Input(4).AsSpan<float>();
            Span<float> newMean = call.Output(1).AsSpan<float>(), newVariance = call.Output(2).AsSpan<float>();
            for (var c = 0; c < Count; c++)
            {
                inverse[c] = (float)(1 / Math.Sqrt((double)variance[c] + norm.Epsilon));
                newMean[c] = (norm.Momentum * oldMean[c]) + ((1 - norm.Momentum) * mean[c]);
                newVariance[c] = (norm.Momentum * oldVariance[c]) + ((1 - norm.Momentum) * variance[c]);
            }

            _hasStatistics = true;
            Share(Slices, Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            if (_hasStatistics)
            {
                Affine(_x, _y, start, end);
                return;
            }

            var (first, count) = Range(start, end);
            BatchNorm.Statistics(Context.Level, Batch, count, Count, Inner, _x + ((nint)first * Inner), _mean + first, Pointers.Of(_variance) + first);
        }
    }

    private sealed class Backward(CpuKernelContext context, bool isTraining, Shape shape) : Channels(context, shape)
    {
        private float* _x;
        private float* _gamma;
        private float* _mean;
        private float* _inverse;
        private float* _dy;
        private float* _dx;
        private float* _dGamma;
        private float* _dBeta;
        private bool _hasSums;

        public override void Run(KernelCall call)
        {
            _x = (float*)call.Input(0).Address;
            _gamma = (float*)call.Input(1).Address;
            _mean = (float*)call.Input(2).Address;
            _inverse = (float*)call.Input(3).Address;
            _dy = (float*)call.Input(4).Address;
            _dx = (float*)call.Output(0).Address;
            _dGamma = (float*)call.Output(1).Address;
            _dBeta = (float*)call.Output(2).Address;
            call.Output(1).AsSpan<float>().Clear();
            call.Output(2).AsSpan<float>().Clear();
            _hasSums = false;
            Share(ChannelItems, 2L * Elements);
            if (!isTraining)
            {
                // With fixed statistics dx is only scaled; the sums above are the same.
                for (var c = 0; c < Count; c++)
                {
                    (Scale.Floats[c], Offset.Floats[c]) = (_gamma[c] * _inverse[c], 0);
                }

                _hasSums = true;
                Share(Slices, Elements);
            }
        }

        protected override void Range(int start, int end, int part)
        {
            if (_hasSums)
            {
                Affine(_dy, _dx, start, end);
                return;
            }

            var (first, count) = Range(start, end);
            var at = (nint)first * Inner;
            BatchNorm.Backward(
                Context.Level, Batch, count, Count, Inner, _x + at, _gamma + first, _mean + first, _inverse + first, _dy + at, _dx + at, _dGamma + first, _dBeta + first);
        }
    }
}
