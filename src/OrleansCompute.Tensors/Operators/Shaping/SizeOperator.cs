using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The number of elements of the input, int64.</summary>
public sealed record SizeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Size";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        _ = inputs.RequireCount(1)[0];
        return [new TensorType(ElementType.Int64, Shape.Scalar)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => new(0, outputs[0].Bytes);
}
