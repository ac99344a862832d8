namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>What a <see cref="PadOperator"/> adds.</summary>
public enum PadMode
{
    /// <summary>A value.</summary>
    Constant,

    /// <summary>The elements before the edge, backwards, without the edge itself.</summary>
    Reflect,

    /// <summary>The element at the edge.</summary>
    Edge,

    /// <summary>The elements of the other side, as if the tensor were repeated.</summary>
    Wrap,
}
