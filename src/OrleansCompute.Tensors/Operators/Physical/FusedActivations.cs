namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>What a fused activation means, and which operators can become one. Stateless.</summary>
internal static class FusedActivations
{
    // As exporters write it: the nearest float. One of fewer digits is another function, and stays.
    private const float Sixth = 1f / 6;

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
        FusedActivation.Relu6 => new ElementStep(ElementOpcode.Clip, 0, P: 0, Q: 6),
        FusedActivation.HardSwish => new ElementStep(ElementOpcode.HardSwish, 0),
        FusedActivation.HardSigmoid => new ElementStep(ElementOpcode.HardSigmoid, 0, P: Sixth, Q: 0.5f),
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
        ElementOpcode.Clip when step is { P: 0, Q: 6 } => FusedActivation.Relu6,
        ElementOpcode.HardSwish => FusedActivation.HardSwish,
        ElementOpcode.HardSigmoid when step is { P: Sixth, Q: 0.5f } => FusedActivation.HardSigmoid,
        _ => null,
    };
}
