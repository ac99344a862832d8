using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>One edge of a graph. Immutable; compared by identity.</summary>
public sealed class GraphValue
{
    internal GraphValue(int id, string name, TensorType type, GraphValueKind kind, Tensor? constant = null, ProbedTypes? probes = null)
    {
        Id = id;
        Name = name;
        Type = type;
        Kind = kind;
        Constant = constant;
        Probes = probes;
    }

    /// <summary>Number within the graph, from 0 in order of creation.</summary>
    public int Id { get; }

    /// <summary>Unique name within the graph.</summary>
    public string Name { get; }

    /// <summary>Element type and shape, as far as known.</summary>
    public TensorType Type { get; }

    /// <summary>Where it comes from.</summary>
    public GraphValueKind Kind { get; }

    /// <summary>Value of a constant (host memory), else null.</summary>
    public Tensor? Constant { get; }

    /// <summary>The types for two trial bindings of the sizes known at run time; null when inference needs data.</summary>
    internal ProbedTypes? Probes { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type}";
}
