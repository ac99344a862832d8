using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="LayerNormalizationOperator"/> from x, scale, mean, 1 / deviation and dy: the gradients of x, scale and bias (the
/// latter of the shape of scale). With g = dy * scale and z = (x - mean) / deviation, dx is (g - mean of g - z * mean of g z) / deviation
/// over a row.
/// </summary>
/// <param name="Axis">As of the operator.</param>
public sealed record LayerNormalizationGradientOperator(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Name => "LayerNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

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
