namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>What becomes of the elements that are reduced to one. The names are those of ONNX after "Reduce".</summary>
public enum Reduction
{
    /// <summary>Sum; of none 0.</summary>
    Sum,

    /// <summary>Mean.</summary>
    Mean,

    /// <summary>Largest; of none minus infinity or the type's least; NaN if one is.</summary>
    Max,

    /// <summary>Smallest; of none infinity or the type's largest; NaN if one is.</summary>
    Min,

    /// <summary>Product; of none 1.</summary>
    Prod,

    /// <summary>Sum of the absolute values.</summary>
    L1,

    /// <summary>Square root of the sum of the squares.</summary>
    L2,

    /// <summary>Logarithm of the sum.</summary>
    LogSum,

    /// <summary>Logarithm of the sum of the exponentials, the largest subtracted first.</summary>
    LogSumExp,

    /// <summary>Sum of the squares.</summary>
    SumSquare,
}
