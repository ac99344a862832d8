namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>How a window operator finds its padding.</summary>
public enum AutoPad
{
    /// <summary>As the pads say.</summary>
    NotSet,

    /// <summary>So that the output size is the input size divided by the stride, rounded up; an odd element goes to the end.</summary>
    SameUpper,

    /// <summary>As <see cref="SameUpper"/>, but an odd element goes to the start.</summary>
    SameLower,

    /// <summary>No padding.</summary>
    Valid,
}
