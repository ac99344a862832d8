namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>Where a value comes from.</summary>
public enum GraphValueKind
{
    /// <summary>Given with each call.</summary>
    Input,

    /// <summary>Part of the flat parameter vector.</summary>
    Parameter,

    /// <summary>Output of a node.</summary>
    Computed,
}
