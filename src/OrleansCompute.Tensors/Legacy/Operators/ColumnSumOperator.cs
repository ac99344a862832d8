using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Sums of the columns of a matrix: the gradient of a bias.</summary>
public sealed record ColumnSumOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "ColumnSum";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        return inputs[0].Shape.Rank == 2 ? [TensorType.Real(inputs[0].Shape[1])] : throw RankError(inputs[0].Shape, "[rows, columns]");
    }
}
