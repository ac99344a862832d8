using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>
/// saturate(round(x / scale) + zero point), ties to even: (x, scale, optional zero point). Scale and zero point are scalars, or have one
/// element for each slice along the axis, or for each block of it.
/// </summary>
/// <param name="Axis">-Rank to Rank - 1; used when the scale is not a scalar.</param>
/// <param name="BlockSize">Elements of the axis that share a scale; 0: all of a slice.</param>
/// <param name="Output">Element type without a zero point; Undefined: UInt8.</param>
public sealed record QuantizeLinearOperator(int Axis = 1, int BlockSize = 0, ElementType Output = ElementType.Undefined) : Operator
{
    /// <inheritdoc/>
    public override string Name => "QuantizeLinear";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => QuantisationRules.Attributes(Axis, BlockSize)
        .With("output_dtype", Output == ElementType.Undefined ? null : (int)Output);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        QuantisationRules.RequireScales(Name, inputs, Axis, BlockSize);
        var type = inputs.Has(2) ? inputs[2].ElementType : Output == ElementType.Undefined ? ElementType.UInt8 : Output;
        return type is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16
            ? [inputs[0] with { ElementType = type }]
            : throw new ShapeMismatchException($"{Name}: the result would be {type}; allowed: UInt8, Int8, UInt16, Int16.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(4L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
