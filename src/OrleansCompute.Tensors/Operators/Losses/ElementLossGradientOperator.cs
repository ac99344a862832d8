using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>Gradient of <see cref="ElementLossOperator"/> by one of its inputs, from predictions, targets and the gradient of the loss.</summary>
/// <param name="Loss">As of the operator.</param>
/// <param name="Reduction">As of the operator.</param>
/// <param name="Delta">As of the operator.</param>
/// <param name="IsOfTargets">Whether by the targets, as when a model is distilled into both ways; else by the predictions.</param>
public sealed record ElementLossGradientOperator(ElementLoss Loss, LossReduction Reduction, float Delta = 1, bool IsOfTargets = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"{Loss}LossGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, null).With("delta", Delta).With("of_targets", IsOfTargets);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3).RequireSameElementType(0, 1, 2);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(4L * inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
}
