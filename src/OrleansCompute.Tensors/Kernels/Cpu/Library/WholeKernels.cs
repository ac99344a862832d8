using System.Numerics;
using System.Numerics.Tensors;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of element-wise operators on whole numbers of any width; what does not fit loses its upper bits. Stateless.</summary>
internal static class WholeKernels
{
    /// <summary>The kernel for whole numbers; null where there is none, or for other types.</summary>
    public static IKernel? Create(CpuKernelContext context, KernelRequest request) => request.Inputs[0]!.ElementType switch
    {
        ElementType.UInt8 => Create<byte>(context, request),
        ElementType.Int8 => Create<sbyte>(context, request),
        ElementType.UInt16 => Create<ushort>(context, request),
        ElementType.Int16 => Create<short>(context, request),
        ElementType.UInt32 => Create<uint>(context, request),
        ElementType.Int32 => Create<int>(context, request),
        ElementType.UInt64 => Create<ulong>(context, request),
        ElementType.Int64 => Create<long>(context, request),
        _ => null,
    };

    private static IKernel? Create<T>(CpuKernelContext context, KernelRequest request)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        TypedBlocks.Binary<T, T> Binary(TypedBlocks.BinaryRun<T, T> function) => new(context, request, function);
        TypedBlocks.Unary<T, T> Unary(TypedBlocks.UnaryRun<T, T> function) => new(context, request, function);
        var level = context.Level;
        return request.Operator switch
        {
            AddOperator => Binary(TensorPrimitives.Add),
            SubOperator => Binary(TensorPrimitives.Subtract),
            MulOperator => Binary(TensorPrimitives.Multiply),
            DivOperator => Binary(WholeLoops.Divide),
            ModOperator mod => Binary(mod.HasSignOfDividend ? WholeLoops.Remainder : WholeLoops.Modulo),
            PowOperator => request.Inputs[1]!.ElementType == request.Inputs[0]!.ElementType ? Binary(WholeLoops.Power) : null,
            BitwiseOperator bits => Binary(bits.Function switch
            {
                BitwiseFunction.BitwiseAnd => TensorPrimitives.BitwiseAnd,
                BitwiseFunction.BitwiseOr => TensorPrimitives.BitwiseOr,
                BitwiseFunction.BitwiseXor => TensorPrimitives.Xor,
                BitwiseFunction.ShiftLeft => WholeLoops.ShiftLeft,
                _ => WholeLoops.ShiftRight,
            }),
            BitwiseNotOperator => Unary(TensorPrimitives.OnesComplement),
            ReluOperator => Unary((x, y) => TensorPrimitives.Max(x, T.Zero, y)),
            ReluGradientOperator => Binary((y, dy, dx) =>
            {
                for (var i = 0; i < dx.Length; i++)
                {
                    dx[i] = y[i] > T.Zero ? dy[i] : T.Zero;
                }
            }),
            MathOperator math => math.Function switch
            {
                MathFunction.Neg => Unary((x, y) => TensorPrimitives.Subtract(T.Zero, x, y)),
                MathFunction.Abs => Unary(WholeLoops.Absolute),
                MathFunction.Sign => Unary(WholeLoops.Sign),
                MathFunction.Square => Unary((x, y) => TensorPrimitives.Multiply(x, x, y)),
                _ => null,
            },
            AffineOperator or ActivationOperator => null,
            ComparisonOperator comparison => new TypedBlocks.Binary<T, bool>(
                context, request, (a, b, y) => Selections.Compare(level, comparison.Comparison, a, b, y)),
            ClipOperator clip => new Clip<T>(context, request, clip),
            VariadicOperator { Function: VariadicFunction.Sum } => new TypedBlocks.Chain<T>(context, request, TensorPrimitives.Add),
            VariadicOperator { Function: VariadicFunction.Min } => new TypedBlocks.Chain<T>(context, request, TensorPrimitives.Min),
            VariadicOperator { Function: VariadicFunction.Max } => new TypedBlocks.Chain<T>(context, request, TensorPrimitives.Max),
            _ => null,
        };
    }

    private sealed unsafe class Clip<T>(CpuKernelContext context, KernelRequest request, ClipOperator clip)
        : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        private T _low;
        private T _high;

        protected override void Prepare(KernelCall call)
        {
            _low = call.OptionalInput(1) is { } low ? *(T*)low.Address : clip.Min is { } least ? T.CreateSaturating(least) : T.MinValue;
            _high = call.OptionalInput(2) is { } high ? *(T*)high.Address : clip.Max is { } most ? T.CreateSaturating(most) : T.MaxValue;
        }

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            Span<T> y = new(output, count);
            TensorPrimitives.Max(new ReadOnlySpan<T>(inputs[0], count), _low, y);
            TensorPrimitives.Min(y, _high, y);
        }
    }
}
