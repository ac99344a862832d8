using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>One edge of a graph. Immutable; compared by identity.</summary>
public sealed class GraphValue
{
    internal GraphValue(int id, string name, TensorType type, GraphValueKind kind)
    {
        Id = id;
        Name = name;
        Type = type;
        Kind = kind;
    }

    /// <summary>Number within the graph, from 0 in order of creation.</summary>
    public int Id { get; }

    /// <summary>Unique name within the graph.</summary>
    public string Name { get; }

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>Where it comes from.</summary>
    public GraphValueKind Kind { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type.Shape}";
}
