using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of element-wise operators whose elements are not all float32: whole numbers, conditions, casts. float32 operators that are a
/// step of an element-wise program are left to <see cref="ElementKernels"/>.
/// </summary>
internal static class TypedElementKernels
{
    public static CpuKernelTable Table { get; } = Create();

    private static CpuKernelTable Create()
    {
        var table = new CpuKernelTable();
        Numbers<AddOperator>(table);
        Numbers<SubOperator>(table);
        Numbers<MulOperator>(table);
        Numbers<DivOperator>(table);
        Numbers<ModOperator>(table);
        Numbers<PowOperator>(table);
        Numbers<MathOperator>(table);
        Numbers<ReluOperator>(table);
        Numbers<ReluGradientOperator>(table);
        Numbers<BitwiseOperator>(table);
        Numbers<BitwiseNotOperator>(table);
        Numbers<VariadicOperator>(table);
        Numbers<PReluOperator>(table);
        Numbers<ActivationOperator>(table);
        Numbers<ActivationGradientOperator>(table);
        Numbers<IsNaNOperator>(table);
        Numbers<IsInfOperator>(table);
        Numbers<ClipGradientOperator>(table);
        return table
            .Add<ClipOperator>((context, clip, request) =>
                ElementSteps(request) ? null : RealKernels.Create(context, request) ?? WholeKernels.Create(context, request))
            .Add<ComparisonOperator>((context, comparison, request) => request.Inputs[0]!.ElementType == ElementType.Bool
                ? comparison.Comparison == Comparison.Equal ? new TypedBlocks.Binary<byte, byte>(context, request, EqualBits) : null
                : RealKernels.Create(context, request) ?? WholeKernels.Create(context, request))
            .Add<LogicOperator>((context, logic, request) => new TypedBlocks.Binary<byte, byte>(context, request, logic.Function switch
            {
                LogicFunction.And => TensorPrimitives.BitwiseAnd,
                LogicFunction.Or => TensorPrimitives.BitwiseOr,
                _ => TensorPrimitives.Xor,
            }))
            .Add<NotOperator>((context, _, request) => new TypedBlocks.Unary<byte, byte>(context, request, (x, y) => TensorPrimitives.Xor(x, (byte)1, y)))
            .Add<WhereOperator>((context, _, request) => new TypedBlocks.Where(context, request))
            .Add<CastOperator>((context, _, request) => new CastKernel(context, request))
            .Add<CastLikeOperator>((context, _, request) => new CastKernel(context, request))
            .Add<DropoutOperator>((context, dropout, request) => request.Inputs[0]!.ElementType == ElementType.Float32
                ? new DropoutKernel(context, dropout, request)
                : null);
    }

    private static void Numbers<TOperator>(CpuKernelTable table)
        where TOperator : Operator => table.Add<TOperator>((context, _, request) => RealKernels.Create(context, request) ?? WholeKernels.Create(context, request));

    /// <summary>Whether bounds are attributes, so that it is a step.</summary>
    private static bool ElementSteps(KernelRequest request) => request.Inputs.Count == 1 && request.Inputs[0]!.ElementType == ElementType.Float32;

    private static void EqualBits(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> y)
    {
        TensorPrimitives.Xor(a, b, y);
        TensorPrimitives.Xor(y, (byte)1, y);
    }

    private sealed unsafe class CastKernel(CpuKernelContext context, KernelRequest request) : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
    {
        private readonly ElementType _from = request.Inputs[0]!.ElementType;
        private readonly ElementType _to = request.Outputs[0].ElementType;

        protected override void Compute(byte** inputs, byte* output, int count) => Conversions.Convert(
            Context.Level, _from, new ReadOnlySpan<byte>(inputs[0], count * _from.Size()), _to, new Span<byte>(output, count * _to.Size()));
    }

    /// <summary>Elements are drawn by their place, so that the result does not depend on the threads.</summary>
    private sealed unsafe class DropoutKernel(CpuKernelContext context, DropoutOperator dropout, KernelRequest request)
        : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
    {
        private ulong _stream;
        private double _ratio;
        private bool _isTraining;
        private float* _start;
        private byte* _mask;

        // An element's number is found by where its result lies.
        protected override bool CanStream => false;

        protected override void Prepare(KernelCall call)
        {
            _ratio = call.OptionalInput(1) is { } ratio ? Numbers(ratio) : dropout.Ratio;
            _isTraining = call.OptionalInput(2) is { } mode ? Numbers(mode) != 0 : dropout.IsTraining;
            _stream = CounterRandom.Stream(dropout.Seed, call.OptionalInput(3) is { } step ? (long)Numbers(step) : 0);
            _start = (float*)call.Output(0).Address;
            _mask = call.HasOutput(1) ? call.Output(1).Address : null;
        }

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            float* x = (float*)inputs[0], y = (float*)output;
            var at = y - _start;
            if (!_isTraining)
            {
                new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(y, count));
            }

            if (_isTraining)
            {
                var scale = (float)(1 / (1 - _ratio));
                for (var i = 0; i < count; i++)
                {
                    var isKept = CounterRandom.Uniform(_stream, (ulong)(at + i)) >= _ratio;
                    y[i] = isKept ? x[i] * scale : 0;
                    if (_mask != null)
                    {
                        _mask[at + i] = isKept ? (byte)1 : (byte)0;
                    }
                }
            }
            else if (_mask != null)
            {
                new Span<byte>(_mask + at, count).Fill(1);
            }
        }

        private double Numbers(Values.Tensor tensor)
        {
            var value = 0.0;
            Conversions.Convert(
                Context.Level, tensor.ElementType, tensor.AsBytes()[..tensor.ElementType.Size()], ElementType.Float64, MemoryMarshal.AsBytes(new Span<double>(ref value)));
            return value;
        }
    }
}
