namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>In which order a <see cref="RecurrentOperator"/> reads its sequences.</summary>
public enum RecurrentDirection
{
    /// <summary>From the first step to the last.</summary>
    Forward,

    /// <summary>From the last step to the first.</summary>
    Reverse,

    /// <summary>Both, each with weights of its own.</summary>
    Bidirectional,
}
