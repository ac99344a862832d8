using OrleansCompute.Tensors.Onnx.Wire;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Which operators a model uses, sub-graphs included, by full name: Conv, or ai.onnx.ml.Scaler.</summary>
internal static class OnnxOperators
{
    public static IReadOnlyList<string> Of(ModelProto model) => [.. Nodes(model.Graph).Select(FullName).Distinct().Order(StringComparer.Ordinal)];

    public static IEnumerable<NodeProto> Nodes(GraphProto graph) => graph.Node.SelectMany(node =>
        node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Nodes(attribute.G)).Prepend(node));

    public static string FullName(NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";

    public static string Domain(string fullName) => fullName.LastIndexOf('.') is >= 0 and var dot ? fullName[..dot] : "";

    public static string LocalName(string fullName) => fullName[(fullName.LastIndexOf('.') + 1)..];
}
