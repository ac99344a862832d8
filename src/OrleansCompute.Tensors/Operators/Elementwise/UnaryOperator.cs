using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>An operator whose output has the type of its only input.</summary>
public abstract record UnaryOperator : Operator
{
    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [inputs.RequireCount(1)[0]];
    }
}
