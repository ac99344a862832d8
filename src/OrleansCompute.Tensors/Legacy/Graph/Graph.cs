using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>A data-flow graph: what to compute, not how. Immutable and thread-safe.</summary>
public sealed class Graph
{
    internal Graph(
        IReadOnlyList<GraphValue> inputs,
        IReadOnlyList<GraphParameter> parameters,
        IReadOnlyList<GraphNode> nodes,
        IReadOnlyList<GraphValue> outputs,
        int parameterCount,
        int valueCount)
    {
        Inputs = inputs;
        Parameters = parameters;
        Nodes = nodes;
        Outputs = outputs;
        ParameterCount = parameterCount;
        ValueCount = valueCount;
    }

    /// <summary>Values given with each call; the first is the samples.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>Trainable tensors in the order of the flat vector.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>Nodes, each after those whose outputs it uses.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Results.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Floats in the flat parameter vector.</summary>
    public int ParameterCount { get; }

    /// <summary>Floating-point operations of a forward pass of one sample.</summary>
    public long FlopsPerSample => Nodes.Sum(node => node.Cost.Flops);

    /// <summary>Floating-point operations of a forward and backward pass of one sample, loss included.</summary>
    /// <exception cref="NotSupportedException">The graph cannot be trained; the message says why.</exception>
    public long TrainingFlopsPerSample => TrainingGraph.Create(this).Graph.FlopsPerSample;

    internal int ValueCount { get; }

    /// <summary>
    /// The value before a final Softmax or LogSoftmax, or the output itself: what a loss is put on, and what probabilities are made of.
    /// </summary>
    internal GraphValue Logits
    {
        get
        {
            var last = Nodes.LastOrDefault(node => node.Outputs.Contains(Outputs[0]));
            return last?.Operator is SoftmaxOperator or LogSoftmaxOperator ? last.Inputs[0] : Outputs[0];
        }
    }

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
    internal Graph WithoutUnused(params IReadOnlyList<GraphValue> outputs)
    {
        var needed = new HashSet<GraphValue>(outputs);
        var kept = new List<GraphNode>();
        foreach (var node in Nodes.Reverse())
        {
            if (node.Outputs.Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Inputs);
            }
        }

        kept.Reverse();
        return new Graph(Inputs, Parameters, kept, outputs, ParameterCount, ValueCount);
    }

    internal Shape RequireSingleImageInput()
    {
        if (Inputs.Count != 1 || !Inputs[0].Type.Shape.HasBatch || Inputs[0].Type.ElementType != ElementType.Float32)
        {
            throw new NotSupportedException(
                $"A plan takes one float32 input with the batch first; the graph has {Inputs.Count}: {string.Join(", ", Inputs)}.");
        }

        return Inputs[0].Type.Shape;
    }
}
