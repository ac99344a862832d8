using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx;

namespace OrleansCompute.Training.Compression;

/// <summary>A graph with the values of its parameters: what compression takes and gives. Immutable by convention.</summary>
/// <param name="Graph">One input with the batch first; logits as its first output where accuracy is measured.</param>
/// <param name="Parameters">The flat vector, as long as the graph says.</param>
public sealed record TrainedModel(Graph Graph, float[] Parameters)
{
    /// <summary>Reads an ONNX file; its initialisers become parameters.</summary>
    /// <param name="path">The file.</param>
    public static TrainedModel ReadFile(string path)
    {
        var graph = OnnxImporter.ImportFile(path, new OnnxImportOptions { AreParametersTrainable = true }).Graph;
        return new TrainedModel(graph, graph.CreateParameters(new Random(1)));
    }

    /// <summary>Bytes of the model as an ONNX file, external data included.</summary>
    public long SizeBytes => OnnxExporter.Export(Graph, Parameters).LongLength;

    /// <summary>The values of a parameter.</summary>
    /// <param name="parameter">A parameter of the graph.</param>
    public ReadOnlySpan<float> Values(GraphParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Parameters.AsSpan(parameter.Offset, parameter.Length);
    }
}
