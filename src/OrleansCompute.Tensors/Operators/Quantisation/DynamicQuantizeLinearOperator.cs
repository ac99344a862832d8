using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>Quantises float32 to uint8 by its own range, 0 included: the values, the scale (max - min) / 255 and the zero point.</summary>
public sealed record DynamicQuantizeLinearOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "DynamicQuantizeLinear";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var x = inputs.RequireCount(1)[0];
        return x.ElementType.IsFloatingPoint() && x.Shape.Elements > 0
            ? [x with { ElementType = ElementType.UInt8 }, x with { Shape = Shape.Scalar }, new TensorType(ElementType.UInt8, Shape.Scalar)]
            : throw new ShapeMismatchException($"{Name}: the input is {x}; it must be of a floating-point type and have elements: they say the range.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(6L * outputs[0].Shape.Elements, Traffic(inputs, outputs) + inputs[0]!.Bytes);
}
