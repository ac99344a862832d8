using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// Gradient of <see cref="SoftmaxCrossEntropyLossOperator"/> by the scores, from the logarithm of the softmax, labels, optional weights and
/// the gradient of the loss. For a row without weights and smoothing it is r (softmax - 1 at the label), with r the loss's gradient, in the
/// mean divided by the number of rows that count; 0 in ignored rows.
/// </summary>
/// <param name="Reduction">As of the operator.</param>
/// <param name="IgnoreIndex">As of the operator.</param>
/// <param name="LabelSmoothing">As of the operator.</param>
public sealed record SoftmaxCrossEntropyGradientOperator(LossReduction Reduction, long? IgnoreIndex, float LabelSmoothing) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropyGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, IgnoreIndex).With("label_smoothing", LabelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(3L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
