using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Tells what a model file holds and which of its operators are not supported. Stateless and thread-safe.</summary>
public static class OnnxInspector
{
    /// <summary>Inspects a model file.</summary>
    /// <exception cref="OnnxFormatException">The file is not valid, or exceeds a limit.</exception>
    public static OnnxSummary InspectFile(string path, OnnxImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxImportOptions();
        return Inspect(OnnxImporter.ReadFile(path, options), options);
    }

    /// <summary>Inspects a model.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="options">What it may cost; the defaults when null.</param>
    /// <exception cref="OnnxFormatException">The file is not valid, or exceeds a limit.</exception>
    public static OnnxSummary Inspect(ReadOnlyMemory<byte> model, OnnxImportOptions? options = null)
    {
        options ??= new OnnxImportOptions();
        var wire = OnnxImporter.Parse(model, options);
        var opset = wire.OpsetImport.Where(import => import.Domain is "" or "ai.onnx").Select(import => (int)import.Version).FirstOrDefault(1);
        var initializers = wire.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in wire.MetadataProps)
        {
            metadata[entry.Key] = entry.Value;
        }

        return new OnnxSummary(
            opset,
            wire.ProducerName,
            wire.ProducerVersion,
            [.. wire.Graph.Input.Where(input => !initializers.Contains(input.Name)).Select(Describe)],
            [.. wire.Graph.Output.Select(Describe)],
            wire.Graph.Initializer.Count,
            wire.Graph.Initializer.Sum(Elements),
            wire.Graph.Initializer.Sum(tensor => Elements(tensor) * Size(tensor.DataType)),
            [.. OnnxOperators.Nodes(wire.Graph)
                .GroupBy(OnnxOperators.FullName, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Use(group.Key, group.Count(), opset, options))],
            metadata);
    }

    private static OnnxSummary.OperatorUse Use(string name, int nodes, int opset, OnnxImportOptions options)
    {
        var definition = options.Registry.Find(OnnxOperators.Domain(name), OnnxOperators.LocalName(name));
        var reason = definition is null ? OnnxSequences.Has(OnnxOperators.Domain(name), OnnxOperators.LocalName(name)) ? "" : "not supported"
            : definition.Domain.Length == 0 && definition.SinceOpset > opset ? $"supported from opset {definition.SinceOpset} on"
            : "";
        return new OnnxSummary.OperatorUse(name, nodes, reason.Length == 0, reason);
    }

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => unchecked(product * Math.Max(size, 0)));

    private static int Size(int dataType) =>
        Enum.IsDefined((ElementType)dataType) && dataType != 0 ? ((ElementType)dataType).Size() : 0;

    private static OnnxSummary.Value Describe(ValueInfoProto value)
    {
        if (value.Type?.TensorType is not { } tensor)
        {
            return new OnnxSummary.Value(value.Name, value.Type is null ? "?" : $"{value.Type.ValueCase}".Replace("Type", "", StringComparison.Ordinal).ToLowerInvariant());
        }

        var element = Enum.IsDefined((ElementType)tensor.ElemType) ? $"{(ElementType)tensor.ElemType}" : tensor.ElemType switch { 8 => "String", 14 => "Complex64", 15 => "Complex128", _ => $"data type {tensor.ElemType}" };
        var sizes = tensor.Shape is null ? "..." : string.Join(", ", tensor.Shape.Dim.Select(size =>
            size.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? $"{size.DimValue}"
            : size.DimParam.Length > 0 ? size.DimParam : "?"));
        return new OnnxSummary.Value(value.Name, $"{element} [{sizes}]");
    }
}
