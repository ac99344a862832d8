namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>What a scatter does with the element that is there.</summary>
public enum ScatterReduction
{
    /// <summary>The update takes its place; of several updates of one element the last.</summary>
    None,

    /// <summary>The update is added.</summary>
    Add,

    /// <summary>The update is multiplied in.</summary>
    Mul,

    /// <summary>The smaller one stays.</summary>
    Min,

    /// <summary>The larger one stays.</summary>
    Max,
}
