namespace OrleansCompute.Tensors.Operators;

/// <summary>What a model file says about a node when it asks the registry for the operator. Immutable.</summary>
/// <param name="Name">Name of the operator.</param>
/// <param name="Domain">Its domain; empty for ONNX' own.</param>
/// <param name="Opset">Version of the operator set that the model uses for this domain.</param>
/// <param name="Attributes">Attributes of the node.</param>
/// <param name="InputCount">Number of inputs, with those left out in between.</param>
/// <param name="OutputCount">Number of outputs that the node names.</param>
public sealed record OperatorRequest(
    string Name, string Domain, int Opset, OperatorAttributes Attributes, int InputCount, int OutputCount);
