namespace OrleansCompute.Contracts.Jobs;

/// <summary>Kinds of layers that a model spec may name.</summary>
public enum LayerKind
{
    /// <summary>Two-dimensional convolution, stride 1, padded so that height and width stay.</summary>
    Conv,

    /// <summary>Maximum over non-overlapping squares.</summary>
    MaxPool,

    /// <summary>Fully connected; flattens its input.</summary>
    Dense,
}
