using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// -weight[label] * log(softmax(scores)[label]). Inputs: scores [N, C, ...], labels [N, ...] (int32 or int64, 0 to C - 1 or the ignored one),
/// optional weights [C]. Outputs: the loss, and the logarithm of the softmax over dimension 1, of the shape of the scores, from which the
/// gradient is computed. Weights have no gradient.
/// </summary>
/// <param name="Reduction">None gives [N, ...]; Sum and Mean a scalar. The mean divides by the sum of the labels' weights.</param>
/// <param name="IgnoreIndex">A label that counts nothing; null: none.</param>
/// <param name="LabelSmoothing">
/// s of 0 to 1: the target is 1 - s on the label plus s / C on every class (Szegedy et al. 2016); 0 in ONNX.
/// </param>
public sealed record SoftmaxCrossEntropyLossOperator(LossReduction Reduction = LossReduction.Mean, long? IgnoreIndex = null, float LabelSmoothing = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropyLoss";

    /// <inheritdoc/>
    public override string Domain => LabelSmoothing == 0 ? "" : "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        ClassLoss.Attributes(Reduction, IgnoreIndex).With("label_smoothing", LabelSmoothing == 0 ? null : LabelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [ClassLoss.Infer(inputs, Reduction, Name), inputs[0]];

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (!context.Needs(0))
        {
            return;
        }

        var gradient = context.Apply(
            new SoftmaxCrossEntropyGradientOperator(Reduction, IgnoreIndex, LabelSmoothing),
            context.Output(1),
            context.Input(1),
            context.OptionalInput(2),
            context.OutputGradient)[0];
        context.Give(0, context.HasGradient(1)
            ? context.Add(gradient, context.Apply(new LogSoftmaxGradientOperator(1), context.Output(1), context.Gradient(1))[0])
            : gradient);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(5L * outputs[1].Shape.Elements, Traffic(inputs, outputs));
}
