namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>What a fused activation means, and which operators can become one. Stateless.</summary>
internal static class FusedActivations
{
    /// <summary>The activation as an element-wise step; null for none.</summary>
    public static ElementStep? Step(FusedActivation activation) => activation switch
    {
        FusedActivation.None => null,
        FusedActivation.Relu => new ElementStep(ElementOpcode.Relu, 0),
        FusedActivation.Gelu => new ElementStep(ElementOpcode.Gelu, 0),
        FusedActivation.GeluTanh => new ElementStep(ElementOpcode.GeluTanh, 0),
        FusedActivation.Sigmoid => new ElementStep(ElementOpcode.Sigmoid, 0),
        FusedActivation.Tanh => new ElementStep(ElementOpcode.Tanh, 0),
        FusedActivation.Silu => new ElementStep(ElementOpcode.Silu, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };

    /// <summary>The activation that a step is; null when none is like it.</summary>
    public static FusedActivation? Find(ElementStep step) => step.Opcode switch
    {
        ElementOpcode.Relu => FusedActivation.Relu,
        ElementOpcode.Gelu => FusedActivation.Gelu,
        ElementOpcode.GeluTanh => FusedActivation.GeluTanh,
        ElementOpcode.Sigmoid => FusedActivation.Sigmoid,
        ElementOpcode.Tanh => FusedActivation.Tanh,
        ElementOpcode.Silu => FusedActivation.Silu,
        _ => null,
    };
}
