namespace OrleansCompute.Tensors.Onnx;

/// <summary>What is written into a model file beside the graph. Immutable.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Version of the program that writes it. Default empty.</summary>
    public string ProducerVersion { get; init; } = "";

    /// <summary>Properties to store in the file. Default none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the outputs, as many as the graph has; null (default) keeps the graph's.</summary>
    public IReadOnlyList<string>? OutputNames { get; init; }

    /// <summary>
    /// Tensors of at least so many bytes go into a file of their own beside the model; null (default) keeps all inside. A model above 2 GB
    /// needs it. Only for export to a file.
    /// </summary>
    public int? ExternalDataFromBytes { get; init; }
}
