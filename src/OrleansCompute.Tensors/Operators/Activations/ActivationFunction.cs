namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>Activation functions of one element; alpha and beta are parameters of <see cref="ActivationOperator"/>. The names are those of ONNX where it has them.</summary>
public enum ActivationFunction
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x for x &gt;= 0, else alpha x.</summary>
    LeakyRelu,

    /// <summary>x for x &gt;= 0, else alpha (exp(x) - 1).</summary>
    Elu,

    /// <summary>beta x for x &gt; 0, else beta alpha (exp(x) - 1); beta is ONNX' gamma.</summary>
    Selu,

    /// <summary>max(0, x) + min(0, alpha (exp(x / alpha) - 1)).</summary>
    Celu,

    /// <summary>x for x &gt; alpha, else 0.</summary>
    ThresholdedRelu,

    /// <summary>max(0, min(1, alpha x + beta)).</summary>
    HardSigmoid,

    /// <summary>x max(0, min(1, x / 6 + 1 / 2)).</summary>
    HardSwish,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>x tanh(log(1 + exp(x))).</summary>
    Mish,

    /// <summary>x times the normal distribution function of x: x / 2 (1 + erf(x / sqrt(2))).</summary>
    Gelu,

    /// <summary>Gelu by its approximation x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    GeluTanh,

    /// <summary>x sigmoid(x); not in ONNX before opset 24, there called Swish.</summary>
    Silu,

    /// <summary>x - beta for x &gt; alpha, x + beta for x &lt; -alpha, else 0; alpha is ONNX' lambd, beta its bias.</summary>
    Shrink,
}
