using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Activations that products and convolutions apply themselves. Stateless.</summary>
internal static class Activations
{
    public static GemmActivation Of(FusedActivation activation) => activation switch
    {
        FusedActivation.Relu => GemmActivation.Relu,
        FusedActivation.Gelu => GemmActivation.Gelu,
        FusedActivation.GeluTanh => GemmActivation.GeluTanh,
        FusedActivation.Sigmoid => GemmActivation.Sigmoid,
        FusedActivation.Tanh => GemmActivation.Tanh,
        FusedActivation.Silu => GemmActivation.Silu,
        FusedActivation.Relu6 => GemmActivation.Relu6,
        FusedActivation.HardSwish => GemmActivation.HardSwish,
        FusedActivation.HardSigmoid => GemmActivation.HardSigmoid,
        _ => GemmActivation.None,
    };
}
