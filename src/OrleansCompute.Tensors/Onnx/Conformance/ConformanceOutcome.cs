namespace OrleansCompute.Tensors.Onnx.Conformance;

/// <summary>How a conformance case ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>All outputs agree.</summary>
    Passed,

    /// <summary>An output differs, or the run failed.</summary>
    Failed,

    /// <summary>The model uses an operator or a type that is not claimed.</summary>
    Unsupported,
}
