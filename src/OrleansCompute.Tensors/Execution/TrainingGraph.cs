using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// A model with its loss and the backward nodes. The inputs are the model's and then the labels; the outputs are the loss, the number of
/// correct rows, and the gradient of each parameter that the loss depends on. Immutable and thread-safe.
/// </summary>
public sealed class TrainingGraph
{
    private TrainingGraph(Graph model, Graph graph, IReadOnlyList<GraphParameter> parameters, int classes)
    {
        Model = model;
        Graph = graph;
        Parameters = parameters;
        Classes = classes;
    }

    /// <summary>The model alone.</summary>
    public Graph Model { get; }

    /// <summary>Model, loss and backward nodes.</summary>
    public Graph Graph { get; }

    /// <summary>The parameters whose gradients are outputs 2, 3, …</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>Classes or tokens: the last size of the logits.</summary>
    public int Classes { get; }

    /// <summary>
    /// Appends softmax cross-entropy and its gradients. A Softmax at the end of the model becomes part of the loss.
    /// </summary>
    /// <param name="model">One input with the batch first; its first output are logits [N, classes], or [N, tokens, vocabulary] of a language model.</param>
    /// <param name="checkpoints">
    /// Values of the model (by name) that are kept for the backward pass; those between them are computed a second time there. Null: all are kept.
    /// </param>
    /// <exception cref="NotSupportedException">The model cannot be trained; the message says why.</exception>
    public static TrainingGraph Create(Graph model, IReadOnlyList<string>? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Inputs.Count != 1 || model.Outputs.Count == 0)
        {
            throw new NotSupportedException($"A model to train has one input and an output with logits; this one has inputs {string.Join(", ", model.Inputs)} and {model.Outputs.Count} outputs.");
        }

        // Fused operators have gradients that keep less than those of what exporters write in their place.
        model = GraphOptimiser.Recognise(model);
        var logits = Logits(model);
        var shape = logits.Type.Shape;
        if (!shape.IsRankKnown || shape.Rank < 2 || shape[shape.Rank - 1] < 1)
        {
            throw new NotSupportedException($"The logits are {logits}; the last size, the number of classes, must be known, and the batch come first.");
        }

        var builder = new GraphBuilder(model.WithOutputs(logits));
        var labels = builder.AddInput("$labels", new TensorType(ElementType.Int32, new Shape(shape.Dimensions[..^1])));
        var loss = builder.Apply(new ClassifierLossOperator(), [logits, labels], "$loss");
        var forward = builder.Nodes.Count;
        var gradients = Autograd.Append(builder, loss[0], [.. model.Parameters.Select(parameter => parameter.Value)]);
        var outputs = new List<GraphValue> { loss[0], loss[1] };
        var parameters = new List<GraphParameter>();
        for (var i = 0; i < gradients.Count; i++)
        {
            if (gradients[i] is { } gradient)
            {
                // An output of its own even where two parameters have one gradient.
                outputs.Add(outputs.Contains(gradient) ? builder.Apply(new IdentityOperator(), gradient)[0] : gradient);
                parameters.Add(model.Parameters[i]);
            }
        }

        var graph = builder.Build(outputs);
        return new TrainingGraph(model, checkpoints is null ? graph : Checkpointing.Apply(graph, builder.Nodes[forward - 1], checkpoints), parameters, shape[shape.Rank - 1]);
    }

    private static GraphValue Logits(Graph model)
    {
        var output = model.Outputs[0];
        var last = model.Nodes.FirstOrDefault(node => node.Outputs.Contains(output));
        if (last?.Operator is not SoftmaxOperator softmax)
        {
            return output;
        }

        // The loss brings a softmax over the last dimension of its own; one over other dimensions is another function.
        var rank = output.Type.Shape.Rank;
        return (softmax.Axis == -1 || softmax.Axis == rank - 1) && (!softmax.IsFlat || rank == 2)
            ? last.Inputs[0]!
            : throw new NotSupportedException($"Node {last.Name}: a model that ends in {softmax} cannot be trained as a classifier; the softmax must be over the last dimension.");
    }
}
