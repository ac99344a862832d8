using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>A data-flow graph: what to compute, not how. Immutable and thread-safe.</summary>
public sealed class Graph
{
    internal Graph(
        IReadOnlyList<GraphValue> inputs,
        IReadOnlyList<GraphParameter> parameters,
        IReadOnlyList<GraphNode> nodes,
        IReadOnlyList<GraphValue> outputs,
        int valueCount)
    {
        Inputs = inputs;
        Parameters = parameters;
        Nodes = nodes;
        Outputs = outputs;
        ValueCount = valueCount;
        ParameterCount = parameters.Count == 0 ? 0 : parameters.Max(parameter => parameter.Offset + parameter.Length);
    }

    /// <summary>Values given with each call.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>Trainable tensors in the order of the flat vector.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>Nodes, each after those whose outputs it uses.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Results.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Floats in the flat parameter vector.</summary>
    public int ParameterCount { get; }

    /// <summary>Whether all types are known: then it can be compiled; else it must be specialised, or run node by node.</summary>
    public bool IsStatic =>
        Inputs.All(value => value.Type.IsStatic) && Nodes.All(node => node.Outputs.All(value => value.Type.IsStatic));

    /// <summary>Whether equal inputs always give equal outputs, in graphs inside it as well.</summary>
    internal bool IsDeterministic => Nodes.All(node => node.Operator.IsDeterministic);

    internal int ValueCount { get; }

    /// <summary>Work of all nodes together.</summary>
    /// <exception cref="InvalidOperationException">A shape is not static: specialise the graph first.</exception>
    public OperatorCost Cost() => Nodes.Aggregate(default(OperatorCost), (sum, node) => sum + node.Cost());

    /// <summary>Starting values for all parameters.</summary>
    /// <param name="random">A seeded generator; the same seed gives the same values.</param>
    /// <returns>The flat vector, ParameterCount floats.</returns>
    public float[] CreateParameters(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var values = new float[ParameterCount];
        foreach (var parameter in Parameters)
        {
            parameter.Initialize(values.AsSpan(parameter.Offset, parameter.Length), random);
        }

        return values;
    }

    /// <summary>The same graph with other outputs and only the nodes that they need; values keep their identity.</summary>
    /// <param name="outputs">Values of this graph.</param>
    public Graph WithOutputs(params IReadOnlyList<GraphValue> outputs)
    {
        var needed = new HashSet<GraphValue>(outputs);
        var kept = new List<GraphNode>();
        foreach (var node in Nodes.Reverse())
        {
            if (node.Outputs.Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Inputs.OfType<GraphValue>());
            }
        }

        kept.Reverse();
        return new Graph(Inputs, Parameters, kept, outputs, ValueCount);
    }
}
