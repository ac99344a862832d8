using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>
/// Reads one YAML document from an untrusted text into nodes. Anchors and aliases (which can expand without bound), tags and
/// duplicate keys are refused; depth and number of nodes are capped while reading.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Longest document, in characters: a spec with the most layers takes 6 KiB.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Deepest nesting: a job spec needs five levels.</summary>
    public const int MaxDepth = 16;

    /// <summary>Most nodes: a spec with the most layers has about 600.</summary>
    public const int MaxNodes = 5000;

    private readonly Parser parser;
    private int nodes;

    private YamlTree(string yaml) => parser = new Parser(new StringReader(yaml));

    /// <summary>Reads the document.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="problem">A sentence with line and column where the return value is null.</param>
    public static YamlNode? Read(string yaml, out string problem)
    {
        if (yaml.Length > MaxLength)
        {
            problem = $"The spec has {yaml.Length} characters; allowed: up to {MaxLength}.";
            return null;
        }

        problem = "";
        var tree = new YamlTree(yaml);
        try
        {
            return tree.ReadDocument();
        }
        catch (UnreadableException refusal)
        {
            problem = refusal.Message;
        }
        catch (YamlException error)
        {
            problem = $"The spec is no YAML at line {error.Start.Line}, column {error.Start.Column}: {FirstLine(error.Message)}";
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet 16.3 throws these, without a place, for some broken texts (found by fuzzing): "!!:]#" as a tag, and
            // "{1e999\n<<: *a\\x- {[\t".
            var end = tree.parser.Current?.End ?? Mark.Empty;
            problem = $"The spec is no YAML after line {end.Line}, column {end.Column}.";
        }

        return null;
    }

    private YamlNode ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            throw new UnreadableException("The spec is empty; allowed: a YAML document with tenant, name, model, data and training.");
        }

        parser.Consume<DocumentStart>();
        var root = ReadNode("", 1);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
        {
            throw new UnreadableException(
                $"A second document begins at line {second.Start.Line}, column {second.Start.Column}; allowed: one.");
        }

        parser.Consume<StreamEnd>();
        return root;
    }

    private YamlNode ReadNode(string path, int depth)
    {
        var next = parser.Current ?? throw new UnreadableException("The spec ends in the middle.");
        var (line, column) = (next.Start.Line, next.Start.Column);
        var where = $"{(path.Length == 0 ? "the spec" : path)} (line {line}, column {column})";
        if (depth > MaxDepth)
        {
            throw new UnreadableException($"{where} is {depth} levels deep; allowed: up to {MaxDepth}.");
        }

        if (++nodes > MaxNodes)
        {
            throw new UnreadableException($"{where} is the {nodes}th value; allowed: up to {MaxNodes}.");
        }

        if (next is AnchorAlias alias)
        {
            throw new UnreadableException($"{where} is the alias '*{alias.Value}'; allowed: values written out, no anchors and aliases.");
        }

        if (next is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            throw new UnreadableException(
                $"{where} has the anchor '&{anchored.Anchor}'; allowed: values written out, no anchors and aliases.");
        }

        if (next is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            throw new UnreadableException(
                $"{where} has the tag '{tagged.Tag}'; allowed: values without tags.");
        }

        return next switch
        {
            Scalar => ReadScalar(path),
            SequenceStart => ReadList(path, line, column, depth),
            MappingStart => ReadMap(path, line, column, depth),
            _ => throw new UnreadableException($"{where} is no value."),
        };
    }

    private YamlNode.Scalar ReadScalar(string path)
    {
        var scalar = parser.Consume<Scalar>();
        return new YamlNode.Scalar(path, scalar.Start.Line, scalar.Start.Column, scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private YamlNode.List ReadList(string path, long line, long column, int depth)
    {
        parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        }

        return new YamlNode.List(path, line, column, items);
    }

    private YamlNode.Map ReadMap(string path, long line, long column, int depth)
    {
        parser.Consume<MappingStart>();
        var fields = new List<KeyValuePair<YamlNode.Scalar, YamlNode>>();
        var names = new Dictionary<string, YamlNode.Scalar>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(path, depth + 1) is not YamlNode.Scalar key)
            {
                throw new UnreadableException(
                    $"A field of {(path.Length == 0 ? "the spec" : path)} (line {line}, column {column}) has no plain name; allowed: text.");
            }

            var fieldPath = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (names.TryGetValue(key.Value, out var first))
            {
                throw new UnreadableException($"{fieldPath} at {key.Where} is there twice, first at {first.Where}; allowed: once.");
            }

            names.Add(key.Value, key);
            fields.Add(new(key, ReadNode(fieldPath, depth + 1)));
        }

        return new YamlNode.Map(path, line, column, fields);
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private sealed class UnreadableException(string message) : Exception(message);
}
