namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>How a <see cref="ResizeOperator"/> finds values between elements.</summary>
public enum ResizeMode
{
    /// <summary>The nearest element.</summary>
    Nearest,

    /// <summary>Linearly between two elements of each dimension.</summary>
    Linear,

    /// <summary>By cubics through four elements of each dimension (Keys, 1981).</summary>
    Cubic,
}
