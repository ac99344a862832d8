using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Whether an element is not a number.</summary>
public sealed record IsNaNOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "IsNaN";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [base.Infer(inputs)[0] with { ElementType = ElementType.Bool }];
}
