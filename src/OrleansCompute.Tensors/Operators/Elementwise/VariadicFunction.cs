namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Functions of any number of elements.</summary>
public enum VariadicFunction
{
    /// <summary>Sum; floating point.</summary>
    Sum,

    /// <summary>Mean; floating point.</summary>
    Mean,

    /// <summary>Smallest; NaN if one is.</summary>
    Min,

    /// <summary>Largest; NaN if one is.</summary>
    Max,
}
