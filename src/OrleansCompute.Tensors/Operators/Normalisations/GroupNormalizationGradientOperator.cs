using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="GroupNormalizationOperator"/> from x, scale, mean and 1 / deviation (each [N, groups]) and dy: the gradients of x,
/// scale and bias; as <see cref="LayerNormalizationGradientOperator"/>, over a group of channels of one example.
/// </summary>
/// <param name="Groups">As of the operator.</param>
public sealed record GroupNormalizationGradientOperator(int Groups) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GroupNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("num_groups", Groups);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(5).RequireSameElementType(0, 4);
        return [inputs[0], inputs[1], inputs[1]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(9L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
