namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>Which window a <see cref="WindowFunctionOperator"/> gives.</summary>
public enum WindowFunction
{
    /// <summary>0.5 - 0.5 cos.</summary>
    Hann,

    /// <summary>25/46 - 21/46 cos.</summary>
    Hamming,

    /// <summary>0.42 - 0.5 cos + 0.08 cos of twice the angle.</summary>
    Blackman,
}
