namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>An activation that a fused product or convolution applies to its result.</summary>
public enum FusedActivation
{
    /// <summary>None.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>The approximation of Gelu by tanh.</summary>
    GeluTanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x / (1 + exp(-x)).</summary>
    Silu,

    /// <summary>min(max(x, 0), 6), which MobileNet clips to.</summary>
    Relu6,

    /// <summary>x * min(max(x / 6 + 1 / 2, 0), 1).</summary>
    HardSwish,

    /// <summary>min(max(x / 6 + 1 / 2, 0), 1).</summary>
    HardSigmoid,
}
