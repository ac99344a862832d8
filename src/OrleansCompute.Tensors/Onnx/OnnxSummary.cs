namespace OrleansCompute.Tensors.Onnx;

/// <summary>What a model file holds, told without building the graph. Immutable.</summary>
/// <param name="Opset">Version of ONNX' own operator set.</param>
/// <param name="ProducerName">Program that wrote it.</param>
/// <param name="ProducerVersion">Version of that program.</param>
/// <param name="Inputs">Inputs that a run needs.</param>
/// <param name="Outputs">Outputs.</param>
/// <param name="ParameterTensors">Number of initialisers.</param>
/// <param name="ParameterElements">Elements of all initialisers.</param>
/// <param name="ParameterBytes">Bytes of all initialisers.</param>
/// <param name="Operators">Operators with the number of nodes, sub-graphs included, most used first.</param>
/// <param name="Metadata">Properties stored in the file.</param>
public sealed record OnnxSummary(
    int Opset,
    string ProducerName,
    string ProducerVersion,
    IReadOnlyList<OnnxSummary.Value> Inputs,
    IReadOnlyList<OnnxSummary.Value> Outputs,
    int ParameterTensors,
    long ParameterElements,
    long ParameterBytes,
    IReadOnlyList<OnnxSummary.OperatorUse> Operators,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Whether every operator is supported at the file's opset.</summary>
    public bool IsSupported => Operators.All(use => use.IsSupported);

    /// <summary>An input or output.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Its type for people: element type and sizes, named ones by their names.</param>
    public sealed record Value(string Name, string Type);

    /// <summary>An operator that the model uses.</summary>
    /// <param name="Name">Full name: Conv, or ai.onnx.ml.Scaler.</param>
    /// <param name="Nodes">Number of nodes.</param>
    /// <param name="IsSupported">Whether the registry has it for the file's opset.</param>
    /// <param name="Reason">Why it is not supported; empty when it is.</param>
    public sealed record OperatorUse(string Name, int Nodes, bool IsSupported, string Reason);
}
