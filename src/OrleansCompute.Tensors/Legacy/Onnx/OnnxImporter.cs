using Google.Protobuf;
using OrleansCompute.Tensors.Onnx.Wire;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>
/// Reads ONNX classifiers: Conv, MaxPool, Relu, Gemm, MatMul, Add, Flatten, Reshape, Softmax, LogSoftmax, Identity and Constant,
/// opset 11 to 21, float32. Files are untrusted: whatever is wrong becomes an <see cref="OnnxFormatException"/>. Stateless and thread-safe.
/// </summary>
public static class OnnxImporter
{
    /// <summary>Reads a model.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="limits">What it may cost; the defaults when null.</param>
    /// <exception cref="OnnxFormatException">The file is not valid, exceeds a limit, or uses what is not supported.</exception>
    public static ImportedModel Import(ReadOnlyMemory<byte> model, OnnxImportLimits? limits = null)
    {
        limits ??= new OnnxImportLimits();
        OnnxScanner.Check(model.Span, limits);
        ModelProto wire;
        try
        {
            wire = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(model.Span);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxFormatException($"The ONNX file is not valid: {exception.Message}", exception);
        }

        if (wire.Graph is null)
        {
            throw new OnnxFormatException("The ONNX file has no graph.");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in wire.MetadataProps)
        {
            if (!metadata.TryAdd(entry.Key, entry.Value))
            {
                throw new OnnxFormatException($"Metadata property '{entry.Key}' is given twice.");
            }
        }

        var opset = Opset(wire);
        var (graph, parameters) = new OnnxGraphReader(wire.Graph, opset, limits).Read();
        return new ImportedModel(
            graph, parameters, metadata, graph.Inputs[0].Name, wire.Graph.Output[0].Name, wire.ProducerName, wire.ProducerVersion, opset);
    }

    private static long Opset(ModelProto wire)
    {
        var versions = wire.OpsetImport.Where(import => import.Domain is "" or "ai.onnx").Select(import => import.Version).ToArray();
        return versions switch
        {
            [>= OnnxOpset.Oldest and <= OnnxOpset.Newest] => versions[0],
            [] => throw new OnnxFormatException("The ONNX file names no opset."),
            _ => throw new OnnxFormatException(
                $"The ONNX file has opset {string.Join(", ", versions.Take(4))}; supported: one of {OnnxOpset.Oldest} to {OnnxOpset.Newest}."),
        };
    }
}
