namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>What becomes of the losses of single elements.</summary>
public enum LossReduction
{
    /// <summary>They are returned as they are.</summary>
    None,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean; of classes, weighted by the weights of the labels.</summary>
    Mean,
}
