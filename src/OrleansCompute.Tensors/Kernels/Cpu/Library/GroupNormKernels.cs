using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of group and instance normalisation, float32; threads take groups.</summary>
internal static unsafe class GroupNormKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<GroupNormalizationOperator>((context, norm, request) => Fits(request) ? new Forward(context, norm, request.Inputs[0]!.Shape) : null)
        .Add<GroupNormalizationGradientOperator>((context, norm, request) => Fits(request) ? new Backward(context, norm.Groups, request.Inputs[0]!.Shape) : null);

    private static bool Fits(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32
        && request.Inputs[1]!.ElementType == ElementType.Float32 && request.Inputs[0]!.Shape.Elements > 0;

    private abstract class Groups : RangeKernel
    {
        protected Groups(CpuKernelContext context, int groups, Shape shape)
            : base(context)
        {
            Batch = shape[0];
            Channels = shape[1];
            Inner = shape.Product(2, shape.Rank);
            Count = groups == 0 ? shape[1] : groups;
            Elements = shape.Elements;
            Scale = new AlignedBuffer(Channels);
            Bias = new AlignedBuffer(Channels);
        }

        protected int Batch { get; }

        protected int Channels { get; }

        protected int Inner { get; }

        protected int Count { get; }

        protected int Elements { get; }

        protected int Width => Channels / Count;

        protected int Size => Width * Inner;

        protected AlignedBuffer Scale { get; }

        protected AlignedBuffer Bias { get; }

        /// <summary>One factor for each channel, where there may be one for each group.</summary>
        protected void Spread(ReadOnlySpan<float> given, AlignedBuffer to)
        {
            var perScale = Channels / given.Length;
            for (var c = 0; c < Channels; c++)
            {
                to.Floats[c] = given[c / perScale];
            }
        }
    }

    private sealed class Forward(CpuKernelContext context, GroupNormalizationOperator norm, Shape shape) : Groups(context, norm.Groups, shape)
    {
        private float* _x;
        private float* _y;
        private float* _mean;
        private float* _inverse;

        public override void Run(KernelCall call)
        {
            Spread(call.Input(1).AsSpan<float>(), Scale);
            Spread(call.Input(2).AsSpan<float>(), Bias);
            _x = (float*)call.Input(0).Address;
            _y = (float*)call.Output(0).Address;
            _mean = (float*)call.Output(1).Address;
            _inverse = (float*)call.Output(2).Address;
            Share(Batch * Count, Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            for (var group = start; group < end; group++)
            {
                var at = (nint)group * Size;
                var first = group % Count * Width;
                GroupNorm.Forward(
                    Context.Level, 1, Width, 1, Inner, new ReadOnlySpan<float>(_x + at, Size), Scale.Floats.Slice(first, Width), Bias.Floats.Slice(first, Width), norm.Epsilon,
                    new Span<float>(_y + at, Size), new Span<float>(_mean + group, 1), new Span<float>(_inverse + group, 1));
            }
        }
    }

    private sealed class Backward : Groups
    {
        private readonly AlignedBuffer _dScale;
        private readonly AlignedBuffer _dBias;
        private float* _x;
        private float* _mean;
        private float* _inverse;
        private float* _dy;
        private float* _dx;

        public Backward(CpuKernelContext context, int groups, Shape shape)
            : base(context, groups, shape)
        {
            _dScale = new AlignedBuffer(Channels);
            _dBias = new AlignedBuffer(Channels);
        }

        public override void Run(KernelCall call)
        {
            Spread(call.Input(1).AsSpan<float>(), Scale);
            _x = (float*)call.Input(0).Address;
            _mean = (float*)call.Input(2).Address;
            _inverse = (float*)call.Input(3).Address;
            _dy = (float*)call.Input(4).Address;
            _dx = (float*)call.Output(0).Address;
            _dScale.Floats.Clear();
            _dBias.Floats.Clear();
            Share(Count, 2L * Elements);
            Gather(_dScale, call.Output(1).AsSpan<float>());
            Gather(_dBias, call.Output(2).AsSpan<float>());
        }

        /// <summary>A thread takes a group of all samples: nobody else adds to its channels' sums.</summary>
        protected override void Range(int start, int end, int part)
        {
            for (var group = start; group < end; group++)
            {
                for (var sample = 0; sample < Batch; sample++)
                {
                    var number = (sample * Count) + group;
                    var at = (nint)number * Size;
                    var first = group * Width;
                    GroupNorm.Backward(
                        Context.Level, 1, Width, 1, Inner, new ReadOnlySpan<float>(_x + at, Size), Scale.Floats.Slice(first, Width), new ReadOnlySpan<float>(_mean + number, 1),
                        new ReadOnlySpan<float>(_inverse + number, 1), new ReadOnlySpan<float>(_dy + at, Size), new Span<float>(_dx + at, Size),
                        _dScale.Floats.Slice(first, Width), _dBias.Floats.Slice(first, Width));
                }
            }
        }

        private void Gather(AlignedBuffer sums, Span<float> to)
        {
            to.Clear();
            var perScale = Channels / to.Length;
            for (var c = 0; c < Channels; c++)
            {
                to[c / perScale] += sums.Floats[c];
            }
        }
    }
}
