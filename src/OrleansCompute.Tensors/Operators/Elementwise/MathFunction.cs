namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Functions of one element. The names are those of ONNX where it has them.</summary>
public enum MathFunction
{
    /// <summary>-x; also of integers.</summary>
    Neg,

    /// <summary>|x|; also of integers.</summary>
    Abs,

    /// <summary>-1, 0 or 1; also of integers; NaN of NaN.</summary>
    Sign,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>1 / sqrt(x); not in ONNX.</summary>
    ReciprocalSqrt,

    /// <summary>x * x; also of integers; not in ONNX.</summary>
    Square,

    /// <summary>e to the x.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>Largest whole number up to x.</summary>
    Floor,

    /// <summary>Smallest whole number from x.</summary>
    Ceil,

    /// <summary>Nearest whole number; halves go to the even one.</summary>
    Round,

    /// <summary>Error function.</summary>
    Erf,

    /// <summary>Sine of radians.</summary>
    Sin,

    /// <summary>Cosine of radians.</summary>
    Cos,

    /// <summary>Tangent of radians.</summary>
    Tan,

    /// <summary>Inverse sine, radians.</summary>
    Asin,

    /// <summary>Inverse cosine, radians.</summary>
    Acos,

    /// <summary>Inverse tangent, radians.</summary>
    Atan,

    /// <summary>Hyperbolic sine.</summary>
    Sinh,

    /// <summary>Hyperbolic cosine.</summary>
    Cosh,

    /// <summary>Inverse hyperbolic sine.</summary>
    Asinh,

    /// <summary>Inverse hyperbolic cosine.</summary>
    Acosh,

    /// <summary>Inverse hyperbolic tangent.</summary>
    Atanh,
}
