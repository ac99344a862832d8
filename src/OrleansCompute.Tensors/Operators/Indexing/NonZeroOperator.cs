using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Coordinates of all elements that are not zero: int64, one row for each dimension, one column for each element, in order.</summary>
public sealed record NonZeroOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "NonZero";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        [new TensorType(ElementType.Int64, new Shape(inputs.RequireCount(1)[0].Shape.Rank, Shape.Any))];
}
