namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>How a <see cref="GridSampleOperator"/> reads between pixels.</summary>
public enum GridSampleMode
{
    /// <summary>From the four around, linearly.</summary>
    Bilinear,

    /// <summary>From the nearest, halves to even.</summary>
    Nearest,

    /// <summary>From the sixteen around, by cubic convolution with a = -0.75 (Keys 1981).</summary>
    Bicubic,
}
