using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>A graph with softmax cross-entropy and the backward nodes appended. Immutable.</summary>
/// <param name="Graph">Forward, loss and backward nodes.</param>
/// <param name="Labels">Input for the labels.</param>
/// <param name="Loss">Sum of the losses of the batch.</param>
/// <param name="Probabilities">Softmax of the logits.</param>
/// <param name="Gradients">Gradient per parameter.</param>
internal sealed record TrainingGraph(
    Graph Graph, GraphValue Labels, GraphValue Loss, GraphValue Probabilities, IReadOnlyDictionary<GraphValue, GraphValue> Gradients)
{
    public static TrainingGraph Create(Graph graph)
    {
        graph.RequireSingleImageInput();
        var builder = new GraphBuilder(graph.WithoutUnused(graph.Logits));
        var labels = builder.AddInput("$labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = builder.Apply(new SoftmaxCrossEntropyOperator(), [graph.Logits, labels], "$loss");
        var gradients = Autograd.Append(builder, loss[0]);
        var outputs = new List<GraphValue> { loss[0], loss[1] };
        outputs.AddRange(gradients.Values);
        return new TrainingGraph(builder.Build(outputs), labels, loss[0], loss[1], gradients);
    }
}
