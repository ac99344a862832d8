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
}
