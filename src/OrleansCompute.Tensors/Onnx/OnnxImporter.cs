using Google.Protobuf;
using OrleansCompute.Tensors.Onnx.Wire;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>
/// Reads ONNX models of opset 1 to 21 with the operators of the registry, each from the opset on that its entry says. Files are untrusted: whatever is wrong becomes an
/// <see cref="OnnxFormatException"/> that names node, operator and opset. Stateless and thread-safe.
/// </summary>
public static class OnnxImporter
{
    /// <summary>Oldest version of ONNX' operator set that is read.</summary>
    public const int OldestOpset = 1;

    /// <summary>Newest version of ONNX' operator set that is read.</summary>
    public const int NewestOpset = 21;

    /// <summary>Reads a model file; external data beside it is allowed.</summary>
    /// <exception cref="OnnxFormatException">The file is not valid, exceeds a limit, or uses what is not supported.</exception>
    public static OnnxModel ImportFile(string path, OnnxImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? new OnnxImportOptions()) with { ExternalDataFolder = Path.GetDirectoryName(Path.GetFullPath(path)) };
        return Import(ReadFile(path, options), options);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="options">How it is read and what it may cost; the defaults when null.</param>
    /// <exception cref="OnnxFormatException">The file is not valid, exceeds a limit, or uses what is not supported.</exception>
    public static OnnxModel Import(ReadOnlyMemory<byte> model, OnnxImportOptions? options = null)
    {
        options ??= new OnnxImportOptions();
        var wire = Parse(model, options);
        if (wire.Functions.Count > 0)
        {
            throw new OnnxFormatException($"The model has functions of its own ('{wire.Functions[0].Name}'); inline them with the exporter.");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in wire.MetadataProps)
        {
            if (!metadata.TryAdd(entry.Key, entry.Value))
            {
                throw new OnnxFormatException($"Metadata property '{entry.Key}' is given twice.");
            }
        }

        var opsets = Opsets(wire);
        var graph = new OnnxGraphReader(wire.Graph, opsets, options).ReadModel();
        return new OnnxModel(
            graph, [.. wire.Graph.Output.Select(output => output.Name)], opsets.GetValueOrDefault(""), metadata, wire.ProducerName, wire.ProducerVersion);
    }

    internal static byte[] ReadFile(string path, OnnxImportOptions options)
    {
        var length = new FileInfo(path).Length;
        return length <= options.MaxBytes
            ? File.ReadAllBytes(path)
            : throw new OnnxFormatException($"'{Path.GetFileName(path)}' has {length} bytes; allowed up to {options.MaxBytes}.");
    }

    internal static ModelProto Parse(ReadOnlyMemory<byte> model, OnnxImportOptions options)
    {
        OnnxScanner.CheckModel(model.Span, options);
        try
        {
            var wire = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(model.Span);
            return wire.Graph is null ? throw new OnnxFormatException("The ONNX file has no graph.") : wire;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxFormatException($"The ONNX file is not valid: {exception.Message}", exception);
        }
    }

    /// <summary>Versions by domain; that of ONNX itself has the empty name.</summary>
    internal static Dictionary<string, int> Opsets(ModelProto wire)
    {
        var opsets = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var import in wire.OpsetImport)
        {
            var domain = import.Domain is "ai.onnx" ? "" : import.Domain;
            if (!opsets.TryAdd(domain, (int)Math.Clamp(import.Version, int.MinValue, int.MaxValue)))
            {
                throw new OnnxFormatException($"The ONNX file names the opset of domain '{domain}' twice.");
            }
        }

        // Files of the first format version name none: they use version 1.
        var version = opsets.TryGetValue("", out var named) ? named : opsets.Count == 0 ? 1 : OldestOpset;
        return version is >= OldestOpset and <= NewestOpset
            ? opsets
            : throw new OnnxFormatException($"The ONNX file has opset {version}; supported: {OldestOpset} to {NewestOpset}. Convert it with the exporter's opset option.");
    }
}
