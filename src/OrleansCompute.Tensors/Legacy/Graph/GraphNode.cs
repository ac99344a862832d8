using OrleansCompute.Tensors.Legacy.Operators;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>One operator applied to values. Immutable; compared by identity.</summary>
public sealed class GraphNode
{
    internal GraphNode(string name, Operator @operator, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs)
    {
        Name = name;
        Operator = @operator;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Unique name within the graph.</summary>
    public string Name { get; }

    /// <summary>What it computes.</summary>
    public Operator Operator { get; }

    /// <summary>Inputs, in the operator's order.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>Outputs, in the operator's order.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Work for one sample.</summary>
    public OperatorCost Cost => Operator.Cost([.. Inputs.Select(value => value.Type)], [.. Outputs.Select(value => value.Type)]);
}
