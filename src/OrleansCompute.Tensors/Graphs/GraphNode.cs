using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>One operator applied to values. Immutable; compared by identity.</summary>
public sealed class GraphNode
{
    internal GraphNode(string name, Operator @operator, IReadOnlyList<GraphValue?> inputs, IReadOnlyList<GraphValue> outputs)
    {
        Name = name;
        Operator = @operator;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Name; unique within a graph that was built here.</summary>
    public string Name { get; }

    /// <summary>What it computes.</summary>
    public Operator Operator { get; }

    /// <summary>Inputs in the operator's order; null where an optional one is left out.</summary>
    public IReadOnlyList<GraphValue?> Inputs { get; }

    /// <summary>Outputs, in the operator's order.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Work of the node.</summary>
    /// <exception cref="InvalidOperationException">A shape is not static: specialise the graph first.</exception>
    public OperatorCost Cost() =>
        Inputs.All(value => value is null || value.Type.IsStatic) && Outputs.All(value => value.Type.IsStatic)
            ? Operator.Cost([.. Inputs.Select(value => value?.Type)], [.. Outputs.Select(value => value.Type)])
            : throw new InvalidOperationException($"The cost of node {Name} depends on sizes known at run time; specialise the graph first.");

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Outputs)} = {Operator.Name}({string.Join(", ", Inputs.Select(value => value?.Name ?? "-"))})";
}
