using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs.Passes.Patterns;
using OrleansCompute.Tensors.Graphs.Passes.Quantised;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Runs passes over a graph until none of them finds anything to do: logical graph to physical graph. Thread-safe.</summary>
public static class GraphOptimiser
{
    /// <summary>Rounds after which it ends in any case; a round rarely follows the third.</summary>
    private const int MaxRounds = 8;

    private static readonly IReadOnlyList<IGraphPass> LogicalAndShared = [new ConstantFoldingPass(), new CommonSubexpressionPass()];

    /// <summary>The passes that suit every accelerator, in order.</summary>
    public static IReadOnlyList<IGraphPass> General { get; } =
    [
        new ConstantFoldingPass(),
        new AlgebraicPass(),
        new CommonSubexpressionPass(),
        new DeadCodePass(),
    ];

    /// <summary>
    /// The passes that find what exporters wrote out in simpler operators: normalisations, activations, softmax, attention. For accelerators
    /// with kernels for these, and for graphs that gradients are appended to.
    /// </summary>
    public static IReadOnlyList<IGraphPass> Recognition { get; } =
    [
        new ActivationPatternPass(),
        new SoftmaxPatternPass(),
        new NormalisationPatternPass(),
        new AttentionPatternPass(),
    ];

    /// <summary>The passes that bring quantised models of all forms into the one that the kernels on bytes take.</summary>
    public static IReadOnlyList<IGraphPass> Quantised { get; } =
    [
        new SignedWeightsPass(),
        new QuantisedMovePass(),
        new QuantisedLayerPass(),
        new QuantisedProductPass(),
    ];

    /// <summary>The general passes and those of an accelerator.</summary>
    /// <param name="graph">A graph; static ones gain most.</param>
    /// <param name="accelerator">Where it will run.</param>
    /// <param name="report">Told what each run of a pass did; null: nobody is.</param>
    public static Graph Optimise(Graph graph, IAccelerator accelerator, Action<PassReport>? report = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        graph = Run(graph, General, report);
        foreach (var pass in accelerator.Binding.Passes)
        {
            // What a fusion or a layout leaves behind (transpositions, dead nodes) goes before the next one looks for its patterns.
            graph = Run(Run(pass, graph, report), General, report);
        }

        // Weights of bytes that no kernel takes as bytes.
        return Run(graph, [new ConstantFoldingPass(dequantises: true)], report);
    }

    /// <summary>
    /// Puts the operators that exporters wrote out back in place: in a model, before gradients are appended to it, and whatever sizes are
    /// known at run time only.
    /// </summary>
    /// <param name="graph">A model.</param>
    public static Graph Recognise(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Run(Run(graph, LogicalAndShared), Recognition);
    }

    /// <summary>Runs some passes in turn until a whole round changes nothing.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="passes">Passes.</param>
    /// <param name="report">Told what each run of a pass did; null: nobody is.</param>
    public static Graph Run(Graph graph, IReadOnlyList<IGraphPass> passes, Action<PassReport>? report = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(passes);
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = graph;
            foreach (var pass in passes)
            {
                graph = Run(pass, graph, report);
            }

            if (ReferenceEquals(before, graph))
            {
                break;
            }
        }

        return graph;
    }

    private static Graph Run(IGraphPass pass, Graph graph, Action<PassReport>? report)
    {
        var result = pass.Run(graph);
        if (report is not null && !ReferenceEquals(result, graph))
        {
            report(PassReport.Of(pass.Name, graph, result));
        }

        return result;
    }
}
