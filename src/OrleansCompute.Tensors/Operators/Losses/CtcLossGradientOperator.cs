using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>Gradient of a <see cref="CtcLossOperator"/> by the logarithms of the probabilities, from its four inputs and that of the loss.</summary>
/// <param name="Forward">The loss.</param>
public sealed record CtcLossGradientOperator(CtcLossOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "CtcLossGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(5).RequireSameElementType(0, 4);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(16L * inputs[0]!.Shape[0] * (1 + (2 * inputs[1]!.Shape.Elements)), Traffic(inputs, outputs));
}
