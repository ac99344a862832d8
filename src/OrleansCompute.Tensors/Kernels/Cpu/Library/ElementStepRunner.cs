using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Runs one step of an element-wise program over a block. Stateless.</summary>
internal static unsafe class ElementStepRunner
{
    public static void Run(SimdLevel level, ElementStep step, float* a, float* b, float* y, int count)
    {
        ReadOnlySpan<float> left = new(a, count);
        Span<float> to = new(y, count);
        if (step.IsBinary)
        {
            RunBinary(level, step, left, new ReadOnlySpan<float>(b, count), to);
        }
        else
        {
            RunUnary(level, step, left, to);
        }
    }

    private static void RunBinary(SimdLevel level, ElementStep step, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        switch (step.Opcode)
        {
            case ElementOpcode.Add: ElementLoops.Binary(level, default(BinaryFunctions.Add), a, b, y); break;
            case ElementOpcode.Sub: ElementLoops.Binary(level, default(BinaryFunctions.Subtract), a, b, y); break;
            case ElementOpcode.Mul: ElementLoops.Binary(level, default(BinaryFunctions.Multiply), a, b, y); break;
            case ElementOpcode.Div: ElementLoops.Binary(level, default(BinaryFunctions.Divide), a, b, y); break;
            case ElementOpcode.Min: ElementLoops.Binary(level, default(BinaryFunctions.Minimum), a, b, y); break;
            case ElementOpcode.Max: ElementLoops.Binary(level, default(BinaryFunctions.Maximum), a, b, y); break;
            case ElementOpcode.ReluGradient: ElementLoops.Binary(level, default(UnaryGradients.ReluGradient), a, b, y); break;
            case ElementOpcode.TanhGradient: ElementLoops.Binary(level, default(UnaryGradients.TanhGradient), a, b, y); break;
            case ElementOpcode.SigmoidGradient: ElementLoops.Binary(level, default(UnaryGradients.SigmoidGradient), a, b, y); break;
            case ElementOpcode.GeluGradient: ElementLoops.Binary(level, default(UnaryGradients.GeluGradient), a, b, y); break;
            case ElementOpcode.GeluTanhGradient: ElementLoops.Binary(level, default(UnaryGradients.GeluTanhGradient), a, b, y); break;
            case ElementOpcode.SiluGradient: ElementLoops.Binary(level, default(UnaryGradients.SiluGradient), a, b, y); break;
            case ElementOpcode.LeakyReluGradient: ElementLoops.Binary(level, new UnaryGradients.LeakyReluGradient(step.P), a, b, y); break;
            case ElementOpcode.EluGradient: ElementLoops.Binary(level, new UnaryGradients.EluGradient(step.P), a, b, y); break;
            case ElementOpcode.SoftplusGradient: ElementLoops.Binary(level, default(UnaryGradients.SoftplusGradient), a, b, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step, "Not a step with two arguments.");
        }
    }

    private static void RunUnary(SimdLevel level, ElementStep step, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (step.Opcode)
        {
            case ElementOpcode.Abs: ElementLoops.Unary(level, default(UnaryFunctions.Absolute), x, y); break;
            case ElementOpcode.Neg: ElementLoops.Unary(level, default(UnaryFunctions.Negate), x, y); break;
            case ElementOpcode.Sign: ElementLoops.Unary(level, default(UnaryFunctions.Sign), x, y); break;
            case ElementOpcode.Floor: ElementLoops.Unary(level, default(UnaryFunctions.Floor), x, y); break;
            case ElementOpcode.Ceil: ElementLoops.Unary(level, default(UnaryFunctions.Ceiling), x, y); break;
            case ElementOpcode.Round: ElementLoops.Unary(level, default(UnaryFunctions.Round), x, y); break;
            case ElementOpcode.Reciprocal: ElementLoops.Unary(level, default(UnaryFunctions.Reciprocal), x, y); break;
            case ElementOpcode.Sqrt: ElementLoops.Unary(level, default(UnaryFunctions.Sqrt), x, y); break;
            case ElementOpcode.ReciprocalSqrt: ElementLoops.Unary(level, default(UnaryFunctions.ReciprocalSqrt), x, y); break;
            case ElementOpcode.Square: ElementLoops.Unary(level, default(UnaryFunctions.Square), x, y); break;
            case ElementOpcode.Exp: ElementLoops.Unary(level, default(UnaryFunctions.Exp), x, y); break;
            case ElementOpcode.Log: ElementLoops.Unary(level, default(UnaryFunctions.Log), x, y); break;
            case ElementOpcode.Tanh: ElementLoops.Unary(level, default(UnaryFunctions.Tanh), x, y); break;
            case ElementOpcode.Sigmoid: ElementLoops.Unary(level, default(UnaryFunctions.Sigmoid), x, y); break;
            case ElementOpcode.Erf: ElementLoops.Unary(level, default(UnaryFunctions.Erf), x, y); break;
            case ElementOpcode.Softplus: ElementLoops.Unary(level, default(UnaryFunctions.Softplus), x, y); break;
            case ElementOpcode.Softsign: ElementLoops.Unary(level, default(UnaryFunctions.Softsign), x, y); break;
            case ElementOpcode.Relu: ElementLoops.Unary(level, default(UnaryFunctions.Relu), x, y); break;
            case ElementOpcode.LeakyRelu: ElementLoops.Unary(level, new UnaryFunctions.LeakyRelu(step.P), x, y); break;
            case ElementOpcode.ThresholdedRelu: ElementLoops.Unary(level, new UnaryFunctions.ThresholdedRelu(step.P), x, y); break;
            case ElementOpcode.Elu: ElementLoops.Unary(level, new UnaryFunctions.Elu(step.P), x, y); break;
            case ElementOpcode.Celu: ElementLoops.Unary(level, new UnaryFunctions.Celu(step.P), x, y); break;
            case ElementOpcode.Selu: ElementLoops.Unary(level, new UnaryFunctions.Selu(step.P, step.Q), x, y); break;
            case ElementOpcode.HardSigmoid: ElementLoops.Unary(level, new UnaryFunctions.HardSigmoid(step.P, step.Q), x, y); break;
            case ElementOpcode.HardSwish: ElementLoops.Unary(level, default(UnaryFunctions.HardSwish), x, y); break;
            case ElementOpcode.Silu: ElementLoops.Unary(level, default(UnaryFunctions.Silu), x, y); break;
            case ElementOpcode.Mish: ElementLoops.Unary(level, default(UnaryFunctions.Mish), x, y); break;
            case ElementOpcode.Gelu: ElementLoops.Unary(level, default(UnaryFunctions.Gelu), x, y); break;
            case ElementOpcode.GeluTanh: ElementLoops.Unary(level, default(UnaryFunctions.GeluTanh), x, y); break;
            case ElementOpcode.Clip: ElementLoops.Unary(level, new UnaryFunctions.Clip(step.P, step.Q), x, y); break;
            case ElementOpcode.Affine: ElementLoops.Unary(level, new UnaryFunctions.Affine(step.P, step.Q), x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step, "Not a step with one argument.");
        }
    }
}
