using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

/// <summary>What tests of passes ask: which operators are left, and whether the graph computes what it did.</summary>
internal static class PassAssert
{
    /// <summary>Runs a pass (and what folds constants before it), checks that it computes the same, and returns the graph.</summary>
    public static Graph Same(Graph graph, params IReadOnlyList<IGraphPass> passes)
    {
        var result = GraphOptimiser.Run(graph, passes);
        RandomGraphs.AssertSame(graph, result);
        return result;
    }

    /// <summary>Asserts that nothing was found.</summary>
    public static void Unchanged(Graph graph, IGraphPass pass) => Assert.Same(graph, pass.Run(graph));

    /// <summary>Nodes of an operator.</summary>
    public static int Count(this Graph graph, string name) => graph.Nodes.Count(node => node.Operator.Name == name);

    /// <summary>A constant with random values.</summary>
    public static GraphValue Random(this GraphBuilder builder, int seed, params int[] sizes) => builder.Constant(Operators.OperatorCase.Normal(seed, sizes));

    /// <summary>A constant number.</summary>
    public static GraphValue Number(this GraphBuilder builder, double value) => builder.Constant(Tensor.Scalar((float)value));
}
