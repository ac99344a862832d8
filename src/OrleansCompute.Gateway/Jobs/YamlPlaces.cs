using System.Globalization;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>Adds line and column to a sentence that begins with the path of a field.</summary>
internal static class YamlPlaces
{
    /// <summary>The sentence, with the place of the field (or of the nearest one around it) where the document has it.</summary>
    public static string Locate(YamlNode root, string problem)
    {
        var end = problem.IndexOf(' ', StringComparison.Ordinal);
        return end > 0 && Find(root, problem[..end]) is { } node
            ? string.Create(CultureInfo.InvariantCulture, $"{problem[..end]} at {node.Where}{problem[end..]}")
            : problem;
    }

    // The validator names a layer's field model.layers[2].kernel; the document has it at model.layers[2].conv.kernel.
    private static YamlNode? Find(YamlNode node, string path)
    {
        if (path.Length == 0)
        {
            return node;
        }

        switch (node)
        {
            case YamlNode.List list when path[0] == '[' && path.IndexOf(']', StringComparison.Ordinal) is var close and > 0
                && int.TryParse(path.AsSpan(1, close - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < list.Items.Count:
                return Find(list.Items[index], path[(close + 1)..].TrimStart('.')) ?? list.Items[index];
            case YamlNode.Map map:
                var stop = path.IndexOfAny(['.', '[']);
                var name = stop < 0 ? path : path[..stop];
                var inner = map.Find(name);
                if (inner is null && map is { Fields: [var (_, only)] } && only is YamlNode.Map)
                {
                    return Find(only, path);
                }

                return inner is null ? null : Find(inner, stop < 0 ? "" : path[stop..].TrimStart('.')) ?? inner;
            default:
                return null;
        }
    }
}
