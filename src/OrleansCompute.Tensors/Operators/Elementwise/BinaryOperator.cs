using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>An operator on two inputs of the same element type, broadcast to their common shape.</summary>
public abstract record BinaryOperator : Operator
{
    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2);
        return [new TensorType(inputs.RequireSameElementType(0, 1), Broadcasting.Common(inputs[0].Shape, inputs[1].Shape, Name))];
    }
}
