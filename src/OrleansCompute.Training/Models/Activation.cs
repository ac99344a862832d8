namespace OrleansCompute.Training.Models;

/// <summary>What follows a layer's weighted sums.</summary>
public enum Activation
{
    /// <summary>Nothing: the last layer, whose outputs are logits.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,
}
