namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Comparisons of two elements; with NaN all are false.</summary>
public enum Comparison
{
    /// <summary>a = b; also of bool.</summary>
    Equal,

    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a &lt;= b.</summary>
    LessOrEqual,

    /// <summary>a &gt; b.</summary>
    Greater,

    /// <summary>a &gt;= b.</summary>
    GreaterOrEqual,
}
