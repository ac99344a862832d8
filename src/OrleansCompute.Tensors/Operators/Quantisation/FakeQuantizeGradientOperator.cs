using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>dy where <see cref="FakeQuantizeOperator"/> did not clamp, else 0: (dy, x, scale, optional zero point).</summary>
/// <param name="Low">Smallest quantised value.</param>
/// <param name="High">Largest quantised value.</param>
/// <param name="Axis">-Rank to Rank - 1.</param>
public sealed record FakeQuantizeGradientOperator(int Low = -128, int High = 127, int Axis = 1) : Operator
{
    /// <inheritdoc/>
    public override string Name => "FakeQuantizeGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("low", Low).With("high", High).With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3, 4).RequireSameElementType(0, 1);
        return inputs[0].Shape.Equals(inputs[1].Shape)
            ? [inputs[1]]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}, x is {inputs[1].Shape}; the shapes must be equal.");
    }
}
