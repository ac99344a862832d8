namespace OrleansCompute.Gateway.Jobs;

/// <summary>A node of a YAML document, with where it stands. Lines and columns count from 1.</summary>
internal abstract record YamlNode(string Path, long Line, long Column)
{
    /// <summary>What the node is, for messages.</summary>
    public abstract string Description { get; }

    /// <summary>Where the node stands, for messages.</summary>
    public string Where => $"line {Line}, column {Column}";

    /// <summary>A text, a number or nothing.</summary>
    internal sealed record Scalar(string Path, long Line, long Column, string Value, bool Quoted) : YamlNode(Path, Line, Column)
    {
        public bool IsNull => !Quoted && Value is "" or "~" or "null" or "Null" or "NULL";

        public override string Description =>
            IsNull ? "empty" : $"'{(Value.Length > 80 ? Value[..80] + "…" : Value)}'{(Quoted ? " (quoted text)" : "")}";
    }

    /// <summary>A list.</summary>
    internal sealed record List(string Path, long Line, long Column, IReadOnlyList<YamlNode> Items) : YamlNode(Path, Line, Column)
    {
        public override string Description => $"a list of {Items.Count}";
    }

    /// <summary>Fields with unique names, in the order of the document.</summary>
    internal sealed record Map(string Path, long Line, long Column, IReadOnlyList<KeyValuePair<Scalar, YamlNode>> Fields)
        : YamlNode(Path, Line, Column)
    {
        public override string Description => "a group of fields";

        public YamlNode? Find(string name) => Fields.FirstOrDefault(f => f.Key.Value == name).Value;
    }
}
