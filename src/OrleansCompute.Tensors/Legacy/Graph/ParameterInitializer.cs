namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>How a parameter starts.</summary>
public enum ParameterInitializer
{
    /// <summary>Zeros: biases.</summary>
    Zeros,

    /// <summary>Normal with variance 2 / fan-in: weights before a ReLU (He et al. 2015).</summary>
    He,

    /// <summary>Uniform within sqrt(6 / (fan-in + fan-out)): other weights (Glorot and Bengio 2010).</summary>
    Glorot,
}
