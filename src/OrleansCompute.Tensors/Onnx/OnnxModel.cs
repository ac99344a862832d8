using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>A model that was read. Immutable.</summary>
/// <param name="Graph">The graph; its inputs have the file's names.</param>
/// <param name="OutputNames">Names of the graph's outputs, in order.</param>
/// <param name="Opset">Version of ONNX' own operator set.</param>
/// <param name="Metadata">Properties stored in the file.</param>
/// <param name="ProducerName">Program that wrote it.</param>
/// <param name="ProducerVersion">Version of that program.</param>
public sealed record OnnxModel(
    Graph Graph,
    IReadOnlyList<string> OutputNames,
    int Opset,
    IReadOnlyDictionary<string, string> Metadata,
    string ProducerName,
    string ProducerVersion);
