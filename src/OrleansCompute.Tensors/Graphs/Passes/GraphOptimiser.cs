using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Runs passes over a graph until none of them finds anything to do: logical graph to physical graph. Thread-safe.</summary>
public static class GraphOptimiser
{
    /// <summary>Rounds after which it ends in any case; a round rarely follows the third.</summary>
    private const int MaxRounds = 8;

    /// <summary>The passes that suit every accelerator, in order.</summary>
    public static IReadOnlyList<IGraphPass> General { get; } =
    [
        new ConstantFoldingPass(),
        new AlgebraicPass(),
        new CommonSubexpressionPass(),
        new DeadCodePass(),
    ];

    /// <summary>The general passes and those of an accelerator.</summary>
    /// <param name="graph">A graph; static ones gain most.</param>
    /// <param name="accelerator">Where it will run.</param>
    public static Graph Optimise(Graph graph, IAccelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        graph = Run(graph, General);
        foreach (var pass in accelerator.Binding.Passes)
        {
            // What a fusion or a layout leaves behind (transpositions, dead nodes) goes before the next one looks for its patterns.
            graph = Run(pass.Run(graph), General);
        }

        return graph;
    }

    /// <summary>Runs some passes in turn until a whole round changes nothing.</summary>
    public static Graph Run(Graph graph, IReadOnlyList<IGraphPass> passes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(passes);
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = graph;
            foreach (var pass in passes)
            {
                graph = pass.Run(graph);
            }

            if (ReferenceEquals(before, graph))
            {
                break;
            }
        }

        return graph;
    }
}
