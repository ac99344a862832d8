namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>Rewrites a graph into one that computes the same. Stateless and thread-safe.</summary>
public interface IGraphPass
{
    /// <summary>Name, for profiles and tests.</summary>
    string Name { get; }

    /// <summary>Rewrites the graph.</summary>
    /// <param name="graph">A graph; not changed.</param>
    /// <returns>A graph with as many inputs, parameters and outputs, in the same order and with the same names; the same graph when there is nothing to do.</returns>
    Graph Run(Graph graph);
}
