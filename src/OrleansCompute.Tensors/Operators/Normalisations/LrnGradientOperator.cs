using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="LrnOperator"/> from x and dy. With s the sum that x is divided by a power of, dx at a channel is dy s^-beta - 2 alpha
/// beta / size * x * sum of dy x s^(-beta - 1) over the channels whose windows have this one.
/// </summary>
/// <param name="Size">As of the operator.</param>
/// <param name="Alpha">As of the operator.</param>
/// <param name="Beta">As of the operator.</param>
/// <param name="Bias">As of the operator.</param>
public sealed record LrnGradientOperator(int Size, float Alpha, float Beta, float Bias) : Operator
{
    /// <inheritdoc/>
    public override string Name => "LrnGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 1;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("size", Size).With("alpha", Alpha).With("beta", Beta).With("bias", Bias);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(9L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
