using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Models;

/// <summary>Builds a loss over a batch; may add inputs of its own to the graph, which <see cref="LossPlan"/> then takes with each step.</summary>
/// <param name="builder">The graph with the model.</param>
/// <param name="logits">Output of the model, [N, classes].</param>
/// <param name="labels">int32 [N].</param>
/// <returns>A scalar: the sum of the samples' losses, so that shares of a batch add up.</returns>
public delegate GraphValue LossGraph(GraphBuilder builder, GraphValue logits, GraphValue labels);
