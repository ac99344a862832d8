namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>What a <see cref="GridSampleOperator"/> reads outside of the image.</summary>
public enum GridSamplePadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The pixel at the border.</summary>
    Border,

    /// <summary>The image reflected at its border.</summary>
    Reflection,
}
