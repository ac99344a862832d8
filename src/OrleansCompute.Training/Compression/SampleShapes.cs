using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Compression;

/// <summary>The one input of a model that takes samples.</summary>
internal static class SampleShapes
{
    public static GraphValue Input(Graph graph) =>
        graph.Inputs is [{ Type: { ElementType: ElementType.Float32, Shape: { IsRankKnown: true, Rank: > 1 } shape } } input] && shape.Dimensions[1..].IndexOf(Shape.Any) < 0
            ? input
            : throw new NotSupportedException(
                $"The model has the inputs {string.Join(", ", graph.Inputs)}; compression takes models with one Float32 input whose sizes behind the batch are known.");

    public static int Length(GraphValue input) => input.Type.Shape.Dimensions[1..].ToArray().Aggregate(1, (product, size) => product * size);

    public static Shape Batch(GraphValue input, int samples) => new([samples, .. input.Type.Shape.Dimensions[1..]]);
}
