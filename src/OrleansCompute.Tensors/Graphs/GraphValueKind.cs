namespace OrleansCompute.Tensors.Graphs;

/// <summary>Where a value comes from.</summary>
public enum GraphValueKind
{
    /// <summary>Given with each call.</summary>
    Input,

    /// <summary>Trainable; a slice of the flat parameter vector.</summary>
    Parameter,

    /// <summary>Fixed when the graph is built.</summary>
    Constant,

    /// <summary>Computed by a node.</summary>
    Computed,
}
