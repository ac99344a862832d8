namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Functions of the bits of two integers.</summary>
public enum BitwiseFunction
{
    /// <summary>Set in both.</summary>
    BitwiseAnd,

    /// <summary>Set in at least one.</summary>
    BitwiseOr,

    /// <summary>Set in exactly one.</summary>
    BitwiseXor,

    /// <summary>a shifted to the left by b bits; unsigned integers; by its width or more it is 0.</summary>
    ShiftLeft,

    /// <summary>a shifted to the right by b bits; unsigned integers; by its width or more it is 0.</summary>
    ShiftRight,
}
