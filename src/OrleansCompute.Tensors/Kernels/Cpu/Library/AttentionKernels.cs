using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of fused attention, float32, with a mask whose rows are whole. Threads take heads; of the gradient, groups of heads that share
/// keys.
/// </summary>
internal static class AttentionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<AttentionOperator>((context, attention, request) => Shape(request, attention.IsCausal, attention.Scale) is { } shape ? new Forward(context, shape) : null)
        .Add<AttentionGradientOperator>((context, attention, request) =>
            !attention.HasMaskGradient && Shape(request, attention.IsCausal, attention.Scale) is { } shape ? new Backward(context, shape) : null);

    private static AttentionShape? Shape(KernelRequest request, bool causal, float? scale)
    {
        Shape q = request.Inputs[0]!.Shape, k = request.Inputs[1]!.Shape, v = request.Inputs[2]!.Shape;
        var mask = request.Inputs.Count > 3 ? request.Inputs[3]?.Shape : null;
        if (request.Inputs[0]!.ElementType != ElementType.Float32 || q[3] != v[3] || q.Elements == 0 || k.Elements == 0
            || q[3] > AttentionShape.MaxHeadSize || Math.Max(q[2], k[2]) > AttentionShape.MaxLength || (mask is not null && (mask.Rank == 0 || mask[mask.Rank - 1] != k[2])))
        {
            return null;
        }

        var products = new Shape(q[0], q[1], q[2], k[2]);
        var strides = mask is null ? new int[4] : Broadcasting.Strides(mask, mask.Strides(), products);
        return new AttentionShape
        {
            Batch = q[0],
            Heads = q[1],
            Sharing = q[1] / k[1],
            QueryLength = q[2],
            KeyLength = k[2],
            HeadSize = q[3],
            Scale = scale ?? 1f / MathF.Sqrt(q[3]),
            Causal = causal,
            Queries = AttentionLayout.Contiguous(q[1], q[2], q[3]),
            Keys = AttentionLayout.Contiguous(k[1], k[2], q[3]),
            Values = AttentionLayout.Contiguous(k[1], k[2], q[3]),
            Output = AttentionLayout.Contiguous(q[1], q[2], q[3]),
            Mask = new AttentionLayout(strides[0], strides[1], strides[2]),
        };
    }

    private static AlignedBuffer[] Scratch(int parts, int length) => [.. Enumerable.Range(0, parts).Select(_ => new AlignedBuffer(length))];

    private static Span<float> Optional(Tensor? tensor) => tensor is null ? [] : tensor.AsSpan<float>();

    private sealed class Forward(CpuKernelContext context, AttentionShape shape) : TeamWork, IKernel, ISkipsUnusedOutputs
    {
        private readonly AlignedBuffer[] _scratch = Scratch(context.Team.Parts, Attention.ForwardScratch(shape));
        private readonly StopSignal _stop = context.Stop;
        private KernelCall? _call;

        public void Run(KernelCall call)
        {
            _call = call;
            Teams.Run(context, this, shape.Items * (long)shape.QueryLength * shape.KeyLength);
        }

        public override void Run(int part, int parts)
        {
            var call = _call!;
            Attention.Forward(
                context.Level,
                shape,
                call.Input(0).AsSpan<float>(),
                call.Input(1).AsSpan<float>(),
                call.Input(2).AsSpan<float>(),
                Optional(call.OptionalInput(3)),
                call.Output(0).AsSpan<float>(),
                call.HasOutput(1) ? call.Output(1).AsSpan<float>() : [],
                _scratch[part].Floats,
                part,
                parts,
                _stop);
        }
    }

    private sealed unsafe class Backward : TeamWork, IKernel
    {
        private readonly CpuKernelContext _context;
        private readonly AttentionShape _shape;
        private readonly AlignedBuffer[] _scratch;
        private readonly AlignedBuffer _keys;
        private readonly AlignedBuffer _values;
        private readonly PassRunner _sums;
        private readonly PassRunner.Function _add = Add;
        private readonly StopSignal _stop;
        private KernelCall? _call;

        public Backward(CpuKernelContext context, AttentionShape shape)
        {
            _context = context;
            _shape = shape with { IsSpread = IsSpreadBetter(shape, context.Team.Parts) };
            _scratch = Scratch(context.Team.Parts, Attention.BackwardScratch(shape));
            var apart = _shape.IsSpread ? shape.Items * shape.KeyLength * shape.HeadSize : 0;
            (_keys, _values) = (new AlignedBuffer(apart), new AlignedBuffer(apart));
            _sums = new PassRunner(context);
            _stop = context.Stop;
        }

        public void Run(KernelCall call)
        {
            _call = call;
            var work = _shape.Items * (long)_shape.QueryLength * _shape.KeyLength;
            Teams.Run(_context, this, work);
            if (_shape.IsSpread && !_stop.IsRequested)
            {
                Sum(_keys, call.Output(1));
                Sum(_values, call.Output(2));
            }
        }

        /// <summary>
        /// Whether threads are better used with the heads' gradients of keys and values apart: when there are too few groups of heads. The sum
        /// costs 1/QueryLength of the products, and the memory of as many keys and values as a model without sharing has. It depends on the number of threads, and with it may the
        /// last bits of these gradients.
        /// </summary>
        private static bool IsSpreadBetter(in AttentionShape shape, int parts)
        {
            if (shape.Sharing == 1 || parts == 1 || (long)shape.Items * shape.KeyLength * shape.HeadSize > int.MaxValue)
            {
                return false;
            }

            long groups = shape.Items / shape.Sharing, together = (groups + parts - 1) / parts * shape.Sharing, apart = (shape.Items + parts - 1) / parts;
            return 4 * together > 5 * apart;
        }

        private void Sum(AlignedBuffer from, Tensor to) => _sums.Run(
            new AxisPass(_shape.Batch * _shape.KeyHeads, _shape.Sharing, _shape.KeyLength * _shape.HeadSize), _add, _add, Pointers.Of(from), (float*)to.Address);

        private static void Add(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) =>
            Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);

        public override void Run(int part, int parts)
        {
            var call = _call!;
            Attention.Backward(
                _context.Level,
                _shape,
                call.Input(0).AsSpan<float>(),
                call.Input(1).AsSpan<float>(),
                call.Input(2).AsSpan<float>(),
                Optional(call.OptionalInput(3)),
                call.Input(4).AsSpan<float>(),
                call.Input(5).AsSpan<float>(),
                call.Input(6).AsSpan<float>(),
                call.Output(0).AsSpan<float>(),
                _shape.IsSpread ? _keys.Floats : call.Output(1).AsSpan<float>(),
                _shape.IsSpread ? _values.Floats : call.Output(2).AsSpan<float>(),
                _scratch[part].Floats,
                part,
                parts,
                _stop);
        }
    }
}
