using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models;

/// <summary>A parameter of a model that is written as a function: what a target has to provide before the function can be applied. Immutable.</summary>
/// <param name="Name">Unique within the model.</param>
/// <param name="Shape">Static shape; matrices are [inputs, outputs].</param>
/// <param name="Initializer">How it starts.</param>
/// <param name="BiasFanIn">
/// For a bias that starts uniform within 1 / sqrt(fan-in) of its layer, as PyTorch's linear layers do: the layer's inputs; else 0.
/// </param>
/// <param name="Deviation">Above 0: it starts normally distributed with this deviation instead of by its initialiser.</param>
public sealed record ParameterDefinition(string Name, Shape Shape, ParameterInitializer Initializer, int BiasFanIn = 0, double Deviation = 0);
