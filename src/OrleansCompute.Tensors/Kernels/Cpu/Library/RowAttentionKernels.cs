using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of attention on rows, float32, with a mask whose rows are whole; threads take heads.</summary>
internal static class RowAttentionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<RowAttentionOperator>((context, attention, request) => Shape(request, attention) is { } shape ? new Forward(context, shape, attention.IsPacked) : null)
        .Add<RowAttentionGradientOperator>((context, gradient, request) =>
            Shape(request, new RowAttentionOperator(gradient.Heads, gradient.IsPacked, gradient.IsCausal, gradient.Scale)) is { } shape
                ? new Backward(context, shape, gradient.IsPacked)
                : null);

    private static AttentionShape? Shape(KernelRequest request, RowAttentionOperator attention)
    {
        var (batch, queries, keys, width) = attention.Sizes(new OperatorInputs(attention, request.Inputs, []));
        var (head, maskAt) = (width / attention.Heads, attention.IsPacked ? 1 : 3);
        var mask = request.Inputs.Count > maskAt ? request.Inputs[maskAt]?.Shape : null;
        if (request.Inputs[0]!.ElementType != ElementType.Float32 || batch == 0 || queries == 0 || keys == 0 || head is 0 or > AttentionShape.MaxHeadSize
            || Math.Max(queries, keys) > AttentionShape.MaxLength || (mask is not null && (mask.Rank == 0 || mask[mask.Rank - 1] != keys)))
        {
            return null;
        }

        var strides = mask is null ? new int[4] : Broadcasting.Strides(mask, mask.Strides(), new Shape(batch, attention.Heads, queries, keys));
        var parts = attention.IsPacked ? 3 : 1;
        return new AttentionShape
        {
            Batch = batch,
            Heads = attention.Heads,
            QueryLength = queries,
            KeyLength = keys,
            HeadSize = head,
            Scale = attention.Scale,
            Causal = attention.IsCausal,
            Queries = AttentionLayout.Packed(parts, attention.Heads, queries, head),
            Keys = AttentionLayout.Packed(parts, attention.Heads, keys, head),
            Values = AttentionLayout.Packed(parts, attention.Heads, keys, head),
            Output = AttentionLayout.Packed(1, attention.Heads, queries, head),
            Mask = new AttentionLayout(strides[0], strides[1], strides[2]),
        };
    }

    private static AlignedBuffer[] Scratch(int parts, int length) => [.. Enumerable.Range(0, parts).Select(_ => new AlignedBuffer(length))];

    private static Span<float> Optional(Tensor? tensor) => tensor is null ? [] : tensor.AsSpan<float>();

    /// <summary>Queries, keys or values among the inputs (or gradients among the outputs), from their first element on.</summary>
    private static Span<float> Part(Tensor tensor, in AttentionShape shape, bool isPacked, int part) =>
        tensor.AsSpan<float>()[(isPacked ? part * shape.Heads * shape.HeadSize : 0)..];

    private sealed class Forward(CpuKernelContext context, AttentionShape shape, bool isPacked) : TeamWork, IKernel, ISkipsUnusedOutputs
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
                Part(call.Input(0), shape, isPacked, 0),
                Part(call.Input(isPacked ? 0 : 1), shape, isPacked, 1),
                Part(call.Input(isPacked ? 0 : 2), shape, isPacked, 2),
                Optional(call.OptionalInput(isPacked ? 1 : 3)),
                call.Output(0).AsSpan<float>(),
                call.HasOutput(1) ? call.Output(1).AsSpan<float>() : [],
                _scratch[part].Floats,
                part,
                parts,
                _stop);
        }
    }

    private sealed class Backward(CpuKernelContext context, AttentionShape shape, bool isPacked) : TeamWork, IKernel
    {
        private readonly AlignedBuffer[] _scratch = Scratch(context.Team.Parts, Attention.BackwardScratch(shape));
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
            var first = isPacked ? 1 : 3;
            Attention.Backward(
                context.Level,
                shape,
                Part(call.Input(0), shape, isPacked, 0),
                Part(call.Input(isPacked ? 0 : 1), shape, isPacked, 1),
                Part(call.Input(isPacked ? 0 : 2), shape, isPacked, 2),
                Optional(call.OptionalInput(first)),
                call.Input(first + 1).AsSpan<float>(),
                call.Input(first + 2).AsSpan<float>(),
                call.Input(first + 3).AsSpan<float>(),
                Part(call.Output(0), shape, isPacked, 0),
                Part(call.Output(isPacked ? 0 : 1), shape, isPacked, 1),
                Part(call.Output(isPacked ? 0 : 2), shape, isPacked, 2),
                _scratch[part].Floats,
                part,
                parts,
                _stop);
        }
    }
}
