using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// Gradient of <see cref="NegativeLogLikelihoodLossOperator"/> by its first input, of which only the shape is used, from that, labels,
/// optional weights and the gradient of the loss: -weight at the label, else 0.
/// </summary>
/// <param name="Reduction">As of the operator.</param>
/// <param name="IgnoreIndex">As of the operator.</param>
public sealed record NegativeLogLikelihoodGradientOperator(LossReduction Reduction, long? IgnoreIndex) : Operator
{
    /// <inheritdoc/>
    public override string Name => "NegativeLogLikelihoodGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, IgnoreIndex);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0]];
    }
}
