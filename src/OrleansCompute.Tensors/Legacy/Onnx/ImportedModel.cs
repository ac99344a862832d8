namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>A model read from ONNX.</summary>
/// <param name="Graph">What it computes.</param>
/// <param name="Parameters">The flat parameter vector, Graph.ParameterCount floats.</param>
/// <param name="Metadata">The file's metadata properties.</param>
/// <param name="InputName">Name of the one input.</param>
/// <param name="OutputName">Name of the one output.</param>
/// <param name="ProducerName">Who wrote the file; empty when it does not say.</param>
/// <param name="ProducerVersion">Version of the writer; empty when the file does not say.</param>
/// <param name="Opset">Version of the ONNX operator set.</param>
public sealed record ImportedModel(
    Graph.Graph Graph,
    ReadOnlyMemory<float> Parameters,
    IReadOnlyDictionary<string, string> Metadata,
    string InputName,
    string OutputName,
    string ProducerName,
    string ProducerVersion,
    long Opset);
