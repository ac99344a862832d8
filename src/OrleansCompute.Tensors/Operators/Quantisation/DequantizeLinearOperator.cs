using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>(x - zero point) scale: (x, scale, optional zero point); the result has the type of the scale.</summary>
/// <param name="Axis">-Rank to Rank - 1; used when the scale is not a scalar.</param>
/// <param name="BlockSize">Elements of the axis that share a scale; 0: all of a slice.</param>
public sealed record DequantizeLinearOperator(int Axis = 1, int BlockSize = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "DequantizeLinear";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => QuantisationRules.Attributes(Axis, BlockSize);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        QuantisationRules.RequireScales(Name, inputs, Axis, BlockSize);
        if (inputs.Has(2) && inputs[2].ElementType != inputs[0].ElementType)
        {
            throw new ShapeMismatchException($"{Name}: x is {inputs[0]}, its zero point {inputs[2]}; the element types must be equal.");
        }

        return [inputs[0] with { ElementType = inputs[1].ElementType }];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(2L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
