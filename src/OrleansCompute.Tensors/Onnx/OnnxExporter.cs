using System.Globalization;
using Google.Protobuf;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Operators.Optimisers;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Writes graphs as ONNX, opset 17, standard operators only: operators of ours are expanded into them. The same arguments give the same
/// bytes. Stateless and thread-safe.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Version of the operator set that is written; onnxruntime reads it since 1.12 (2022).</summary>
    public const int Opset = 17;

    /// <summary>File format version that goes with the opset.</summary>
    private const int IrVersion = 8;

    /// <summary>Writes a model.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">The flat parameter vector, graph.ParameterCount floats.</param>
    /// <param name="options">What else is written; the defaults when null.</param>
    /// <exception cref="NotSupportedException">The graph has an operator without an ONNX form; the message names the node.</exception>
    public static byte[] Export(Graph graph, ReadOnlySpan<float> parameters, OnnxExportOptions? options = null)
    {
        options ??= new OnnxExportOptions();
        return options.ExternalDataFromBytes is null
            ? Model(graph, parameters, options, null).ToByteArray()
            : throw new ArgumentException("External data need a file: use ExportFile.", nameof(options));
    }

    /// <summary>Writes a model file, and beside it a file NAME.data when the options ask for external data.</summary>
    /// <inheritdoc cref="Export"/>
    public static void ExportFile(string path, Graph graph, ReadOnlySpan<float> parameters, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxExportOptions();
        if (options.ExternalDataFromBytes is not { } least)
        {
            File.WriteAllBytes(path, Export(graph, parameters, options));
            return;
        }

        var dataPath = path + ".data";
        using var data = File.Create(dataPath);
        var model = Model(graph, parameters, options, tensor => MoveOut(tensor, least, data, Path.GetFileName(dataPath)));
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static ModelProto Model(Graph graph, ReadOnlySpan<float> parameters, OnnxExportOptions options, Action<TensorProto>? place)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (parameters.Length != graph.ParameterCount)
        {
            throw new ShapeMismatchException($"Parameters [{parameters.Length}] for a graph with [{graph.ParameterCount}].");
        }

        if (options.OutputNames is { } names && names.Count != graph.Outputs.Count)
        {
            throw new ArgumentException($"{names.Count} output names for a graph with {graph.Outputs.Count} outputs.", nameof(options));
        }

        var writer = new OnnxGraphWriter(graph, options.OutputNames, place);
        foreach (var parameter in graph.Parameters)
        {
            writer.AddInitializer(parameter.Value, Tensor.Of(parameter.Shape, parameters.Slice(parameter.Offset, parameter.Length)));
        }

        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "OrleansCompute",
            ProducerVersion = options.ProducerVersion,
            Graph = writer.Write(),
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        if (OnnxOperators.Nodes(model.Graph).Any(node => node.Domain == OptimiserStepOperator.TrainingDomain))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = OptimiserStepOperator.TrainingDomain, Version = 1 });
        }

        foreach (var (key, value) in options.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model;
    }

    private static void MoveOut(TensorProto tensor, int least, FileStream data, string location)
    {
        if (tensor.RawData.Length < least)
        {
            return;
        }

        // Page-aligned, so that readers can map the file.
        data.Position = (data.Length + 4095) / 4096 * 4096;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        Add("location", location);
        Add("offset", data.Position.ToString(CultureInfo.InvariantCulture));
        Add("length", tensor.RawData.Length.ToString(CultureInfo.InvariantCulture));
        data.Write(tensor.RawData.Span);
        tensor.RawData = ByteString.Empty;

        void Add(string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }
}
