namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Functions of two truth values.</summary>
public enum LogicFunction
{
    /// <summary>Both.</summary>
    And,

    /// <summary>At least one.</summary>
    Or,

    /// <summary>Exactly one.</summary>
    Xor,
}
