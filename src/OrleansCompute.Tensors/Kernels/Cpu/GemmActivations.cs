using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Activations over results that were just computed. Stateless.</summary>
internal static class GemmActivations
{
    /// <summary>Applies the activation in place.</summary>
    public static void Apply(SimdLevel level, GemmActivation activation, Span<float> values)
    {
        switch (activation)
        {
            case GemmActivation.Relu: ElementLoops.Unary(level, default(UnaryFunctions.Relu), values, values); break;
            case GemmActivation.Gelu: ElementLoops.Unary(level, default(UnaryFunctions.Gelu), values, values); break;
            case GemmActivation.GeluTanh: ElementLoops.Unary(level, default(UnaryFunctions.GeluTanh), values, values); break;
            case GemmActivation.Sigmoid: ElementLoops.Unary(level, default(UnaryFunctions.Sigmoid), values, values); break;
            case GemmActivation.Tanh: ElementLoops.Unary(level, default(UnaryFunctions.Tanh), values, values); break;
            case GemmActivation.Silu: ElementLoops.Unary(level, default(UnaryFunctions.Silu), values, values); break;
            case GemmActivation.Relu6: ElementLoops.Unary(level, new UnaryFunctions.Clip(0, 6), values, values); break;
            case GemmActivation.HardSwish: ElementLoops.Unary(level, default(UnaryFunctions.HardSwish), values, values); break;
            case GemmActivation.HardSigmoid: ElementLoops.Unary(level, new UnaryFunctions.HardSigmoid(1f / 6, 0.5f), values, values); break;
            default: break;
        }
    }
}
