using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="BatchNormalizationOperator"/> from x [N, C, ...], scale, mean and 1 / deviation (each [C]) and dy: the gradients of
/// x, scale and bias. With g = dy * scale and z = (x - mean) / deviation, dx is (g - mean of g - z * mean of g z) / deviation over a
/// channel; with fixed statistics g / deviation.
/// </summary>
/// <param name="IsTraining">Whether the statistics depend on x.</param>
public sealed record BatchNormalizationGradientOperator(bool IsTraining) : Operator
{
    /// <inheritdoc/>
    public override string Name => "BatchNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("training_mode", IsTraining);

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
