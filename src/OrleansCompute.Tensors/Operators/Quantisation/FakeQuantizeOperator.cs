using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>
/// Quantises and dequantises at once, so that training sees what rounding does: scale (clamp(round(x / scale) + zero point) - zero point).
/// (x, scale, optional zero point of the scale's type or an integer one); the gradient passes straight through where nothing was clamped (Bengio et al., 2013).
/// </summary>
/// <param name="Low">Smallest quantised value, for example -128.</param>
/// <param name="High">Largest quantised value, for example 127.</param>
/// <param name="Axis">-Rank to Rank - 1; used when the scale is not a scalar.</param>
public sealed record FakeQuantizeOperator(int Low = -128, int High = 127, int Axis = 1) : Operator
{
    /// <inheritdoc/>
    public override string Name => "FakeQuantize";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("low", Low).With("high", High).With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        QuantisationRules.RequireScales(Name, inputs, Axis, 0);
        inputs.RequireElementType(2, inputs[1].ElementType, ElementType.UInt8, ElementType.Int8, ElementType.Int32);
        return Low < High ? [inputs[0]] : throw new ShapeMismatchException($"{Name}: low is {Low} and high {High}; low must be smaller.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(
                new FakeQuantizeGradientOperator(Low, High, Axis), context.OutputGradient, context.Input(0), context.Input(1), context.OptionalInput(2))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(6L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
