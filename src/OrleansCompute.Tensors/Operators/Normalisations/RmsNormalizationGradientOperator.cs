using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="RmsNormalizationOperator"/> from x, scale, 1 / root mean square and dy: the gradients of x and scale. With g = dy *
/// scale and z = x / root mean square, dx is (g - z * mean of g z) / root mean square over a row.
/// </summary>
/// <param name="Axis">As of the operator.</param>
public sealed record RmsNormalizationGradientOperator(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RmsNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0], inputs[1]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(9L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
