namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Function applied to the results of a product or convolution while they are in the first-level cache.</summary>
internal enum GemmActivation
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>max(x, 0).</summary>
    Relu = 1,

    /// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu = 2,

    /// <summary>The approximation of <see cref="Gelu"/> by tanh (Hendrycks and Gimpel 2016).</summary>
    GeluTanh = 3,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid = 4,

    /// <summary>tanh(x).</summary>
    Tanh = 5,

    /// <summary>x / (1 + exp(-x)).</summary>
    Silu = 6,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6 = 7,

    /// <summary>x * min(max(x / 6 + 1 / 2, 0), 1).</summary>
    HardSwish = 8,

    /// <summary>min(max(x / 6 + 1 / 2, 0), 1).</summary>
    HardSigmoid = 9,
}
