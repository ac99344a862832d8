namespace OrleansCompute.Tensors.Onnx.Conformance;

/// <summary>Result of one conformance case. Immutable.</summary>
/// <param name="Name">Folder of the case.</param>
/// <param name="Operators">Names of the operators that the model uses, sub-graphs included.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">Why it did not pass; empty when it did.</param>
public sealed record ConformanceResult(string Name, IReadOnlyList<string> Operators, ConformanceOutcome Outcome, string Message);
