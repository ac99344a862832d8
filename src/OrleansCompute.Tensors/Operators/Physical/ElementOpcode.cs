namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>A step of an <see cref="ElementProgram"/>. A and B are its arguments, P and Q its numbers; y is a result, dy its gradient.</summary>
public enum ElementOpcode
{
    /// <summary>A + B.</summary>
    Add,

    /// <summary>A - B.</summary>
    Sub,

    /// <summary>A * B.</summary>
    Mul,

    /// <summary>A / B.</summary>
    Div,

    /// <summary>The smaller one.</summary>
    Min,

    /// <summary>The larger one.</summary>
    Max,

    /// <summary>|A|.</summary>
    Abs,

    /// <summary>-A.</summary>
    Neg,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>Rounded down.</summary>
    Floor,

    /// <summary>Rounded up.</summary>
    Ceil,

    /// <summary>Rounded to the nearest, ties to even.</summary>
    Round,

    /// <summary>1 / A.</summary>
    Reciprocal,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>1 / square root.</summary>
    ReciprocalSqrt,

    /// <summary>A * A.</summary>
    Square,

    /// <summary>e to the A.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-A)).</summary>
    Sigmoid,

    /// <summary>Error function.</summary>
    Erf,

    /// <summary>log(1 + exp(A)).</summary>
    Softplus,

    /// <summary>A / (1 + |A|).</summary>
    Softsign,

    /// <summary>max(A, 0).</summary>
    Relu,

    /// <summary>A where A is not negative, else P * A.</summary>
    LeakyRelu,

    /// <summary>A where A &gt; P, else 0.</summary>
    ThresholdedRelu,

    /// <summary>A where A is not negative, else P * (exp(A) - 1).</summary>
    Elu,

    /// <summary>max(A, 0) + min(0, P * (exp(A / P) - 1)).</summary>
    Celu,

    /// <summary>Q * (A where A &gt; 0, else P * (exp(A) - 1)).</summary>
    Selu,

    /// <summary>P * A + Q, cut to 0 … 1.</summary>
    HardSigmoid,

    /// <summary>A * (A / 6 + 1/2 cut to 0 … 1).</summary>
    HardSwish,

    /// <summary>A / (1 + exp(-A)).</summary>
    Silu,

    /// <summary>A * tanh(softplus(A)).</summary>
    Mish,

    /// <summary>A * (1 + erf(A / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>The approximation of Gelu by tanh.</summary>
    GeluTanh,

    /// <summary>A cut to P … Q.</summary>
    Clip,

    /// <summary>P * A + Q.</summary>
    Affine,

    /// <summary>B where A &gt; 0, else 0; A is the result y of Relu, B is dy.</summary>
    ReluGradient,

    /// <summary>B * (1 - A * A); A is the result of Tanh.</summary>
    TanhGradient,

    /// <summary>B * A * (1 - A); A is the result of Sigmoid.</summary>
    SigmoidGradient,

    /// <summary>Gradient of Gelu at A, times B.</summary>
    GeluGradient,

    /// <summary>Gradient of GeluTanh at A, times B.</summary>
    GeluTanhGradient,

    /// <summary>Gradient of Silu at A, times B.</summary>
    SiluGradient,

    /// <summary>Gradient of LeakyRelu at A, times B.</summary>
    LeakyReluGradient,

    /// <summary>Gradient of Elu at A, times B.</summary>
    EluGradient,

    /// <summary>Gradient of Softplus at A, times B.</summary>
    SoftplusGradient,
}
