namespace OrleansCompute.Tensors.Graphs;

/// <summary>How a parameter starts.</summary>
public enum ParameterInitializer
{
    /// <summary>Zeros: biases.</summary>
    Zeros,

    /// <summary>Normal with variance 2 / fan-in: weights before a ReLU (He et al. 2015).</summary>
    He,

    /// <summary>Uniform within sqrt(6 / (fan-in + fan-out)): other weights (Glorot and Bengio 2010).</summary>
    Glorot,

    /// <summary>Ones: the scales of normalisations.</summary>
    Ones,

    /// <summary>Normal with deviation 0.02: the usual start of transformers' weights.</summary>
    Normal,

    /// <summary>Normal with deviation 1: embeddings.</summary>
    UnitNormal,

    /// <summary>Uniform within 1 / sqrt(fan-in): the start that PyTorch gives linear and recurrent layers.</summary>
    FanIn,
}
