using System.Numerics.Tensors;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of element-wise operators on float32 that are no step of an element-wise program. Stateless.</summary>
internal static class RealKernels
{
    /// <summary>The kernel for float32; null where there is none, or for other types.</summary>
    public static IKernel? Create(CpuKernelContext context, KernelRequest request)
    {
        if (request.Inputs[0]!.ElementType != ElementType.Float32)
        {
            return null;
        }

        var level = context.Level;
        return request.Operator switch
        {
            MathOperator math => Function(math.Function) is { } function ? new TypedBlocks.Unary<float, float>(context, request, function) : null,
            ModOperator mod => new TypedBlocks.Binary<float, float>(context, request, mod.HasSignOfDividend ? RealLoops.Remainder : RealLoops.Modulo),
            PowOperator => request.Inputs[1]!.ElementType is ElementType.Float32 or ElementType.Int32 or ElementType.Int64 or ElementType.Float64
                ? new PowerKernel(context, request)
                : null,
            PReluOperator => new TypedBlocks.LaneBinary<BinaryFunctions.ScaleNegative>(context, request, default),
            ActivationOperator { Function: ActivationFunction.Shrink } shrink =>
                new TypedBlocks.LaneUnary<UnaryFunctions.Shrink>(context, request, new(shrink.Alpha, shrink.Beta)),
            ActivationGradientOperator activation => Gradient(context, activation, request),
            ComparisonOperator comparison => new TypedBlocks.Binary<float, bool>(
                context, request, (a, b, y) => Selections.Compare(level, comparison.Comparison, a, b, y)),
            IsNaNOperator => new TypedBlocks.Unary<float, bool>(context, request, TensorPrimitives.IsNaN),
            IsInfOperator infinite => new TypedBlocks.Unary<float, bool>(context, request, (infinite.DetectPositive, infinite.DetectNegative) switch
            {
                (true, true) => TensorPrimitives.IsInfinity,
                (true, false) => TensorPrimitives.IsPositiveInfinity,
                (false, true) => TensorPrimitives.IsNegativeInfinity,
                _ => (_, y) => y.Clear(),
            }),
            ClipOperator clip => new ClipKernel(context, request, clip.Min, clip.Max, false),
            ClipGradientOperator clip => new ClipKernel(context, request, clip.Min, clip.Max, true),
            VariadicOperator { Function: VariadicFunction.Sum } => Chain<BinaryFunctions.Add>(context, request),
            VariadicOperator { Function: VariadicFunction.Min } => Chain<BinaryFunctions.Minimum>(context, request),
            VariadicOperator { Function: VariadicFunction.Max } => Chain<BinaryFunctions.Maximum>(context, request),
            VariadicOperator => Chain<BinaryFunctions.Add>(context, request, request.Inputs.Count),
            _ => null,
        };
    }

    private static TypedBlocks.Chain<float> Chain<TFunction>(CpuKernelContext context, KernelRequest request, int divisor = 1)
        where TFunction : struct, IBinaryFunction
    {
        var level = context.Level;
        return new TypedBlocks.Chain<float>(
            context,
            request,
            (a, b, y) => ElementLoops.Binary(level, default(TFunction), a, b, y),
            divisor == 1 ? null : (x, y) => ElementLoops.BinaryScalar(level, default(BinaryFunctions.Divide), x, divisor, y));
    }

    private static TypedBlocks.UnaryRun<float, float>? Function(MathFunction function) => function switch
    {
        MathFunction.Sin => TensorPrimitives.Sin,
        MathFunction.Cos => TensorPrimitives.Cos,
        MathFunction.Tan => TensorPrimitives.Tan,
        MathFunction.Asin => TensorPrimitives.Asin,
        MathFunction.Acos => TensorPrimitives.Acos,
        MathFunction.Atan => TensorPrimitives.Atan,
        MathFunction.Sinh => TensorPrimitives.Sinh,
        MathFunction.Cosh => TensorPrimitives.Cosh,
        MathFunction.Asinh => TensorPrimitives.Asinh,
        MathFunction.Acosh => TensorPrimitives.Acosh,
        MathFunction.Atanh => TensorPrimitives.Atanh,
        _ => null,
    };

    private static IKernel? Gradient(CpuKernelContext context, ActivationGradientOperator op, KernelRequest request)
    {
        TypedBlocks.LaneBinary<TFunction> Make<TFunction>(TFunction function)
            where TFunction : struct, IBinaryFunction => new(context, request, function);
        return op.Function switch
        {
            ActivationFunction.Selu => Make(new UnaryGradients.SeluGradient(op.Alpha, op.Beta)),
            ActivationFunction.Celu => Make(new UnaryGradients.CeluGradient(op.Alpha)),
            ActivationFunction.ThresholdedRelu => Make(new UnaryGradients.ThresholdedReluGradient(op.Alpha)),
            ActivationFunction.HardSigmoid => Make(new UnaryGradients.HardSigmoidGradient(op.Alpha, op.Beta)),
            ActivationFunction.HardSwish => Make(default(UnaryGradients.HardSwishGradient)),
            ActivationFunction.Softsign => Make(default(UnaryGradients.SoftsignGradient)),
            ActivationFunction.Mish => Make(default(UnaryGradients.MishGradient)),
            ActivationFunction.Shrink => Make(new UnaryGradients.ShrinkGradient(op.Alpha)),
            _ => null,
        };
    }

    private sealed unsafe class ClipKernel(CpuKernelContext context, KernelRequest request, float? min, float? max, bool isGradient)
        : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
    {
        private float _low;
        private float _high;
        private float* _dy;
        private float* _dx;

        // The gradient finds its other input by where the result lies.
        protected override bool CanStream => !isGradient;

        protected override void Prepare(KernelCall call)
        {
            _low = call.OptionalInput(1) is { } low ? low.AsSpan<float>()[0] : min ?? float.NegativeInfinity;
            _high = call.OptionalInput(2) is { } high ? high.AsSpan<float>()[0] : max ?? float.PositiveInfinity;
            _dy = isGradient ? (float*)call.Input(3).Address : null;
            _dx = (float*)call.Output(0).Address;
        }

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            ReadOnlySpan<float> x = new(inputs[0], count);
            Span<float> y = new(output, count);
            if (isGradient)
            {
                // dx lies where dy does: both have the shape of x.
                ElementLoops.Binary(Context.Level, new UnaryGradients.ClipGradient(_low, _high), x, new ReadOnlySpan<float>(_dy + ((float*)output - _dx), count), y);
            }
            else
            {
                ElementLoops.Unary(Context.Level, new UnaryFunctions.Clip(_low, _high), x, y);
            }
        }
    }

    /// <summary>Powers; an exponent that is one number for all is looked at first, for most are 2 or 0.5.</summary>
    private sealed unsafe class PowerKernel(CpuKernelContext context, KernelRequest request)
        : BlockKernel(context, [request.Inputs[0], request.Inputs[1]], request.Outputs[0])
    {
        private readonly ElementType _type = request.Inputs[1]!.ElementType;
        private readonly bool _isOne = request.Inputs[1]!.Shape.Elements == 1;

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            ReadOnlySpan<float> x = new(inputs[0], count);
            Span<float> y = new(output, count), converted = stackalloc float[Block];
            scoped ReadOnlySpan<float> exponents = new(inputs[1], count);
            if (_type != ElementType.Float32)
            {
                var used = _isOne ? 1 : count;
                Conversions.Convert(
                    Context.Level, _type, new ReadOnlySpan<byte>(inputs[1], used * _type.Size()), ElementType.Float32,
                    System.Runtime.InteropServices.MemoryMarshal.AsBytes(converted[..used]));
                converted[used..count].Fill(converted[0]);
                exponents = converted[..count];
            }

            switch (_isOne ? exponents[0] : float.NaN)
            {
                case 2: ElementLoops.Unary(Context.Level, default(UnaryFunctions.Square), x, y); break;
                case 3: ElementLoops.Unary(Context.Level, default(UnaryFunctions.Cube), x, y); break;
                case 1: x.CopyTo(y); break;
                case 0.5f: ElementLoops.Unary(Context.Level, default(UnaryFunctions.Sqrt), x, y); break;
                case -0.5f: ElementLoops.Unary(Context.Level, default(UnaryFunctions.ReciprocalSqrt), x, y); break;
                case -1: ElementLoops.Unary(Context.Level, default(UnaryFunctions.Reciprocal), x, y); break;
                default: RealLoops.Power(Context.Level, x, exponents, y); break;
            }
        }
    }
}
