using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Compares two inputs of one element type, broadcast; the result is bool.</summary>
/// <param name="Comparison">What is asked.</param>
public sealed record ComparisonOperator(Comparison Comparison) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => Comparison.ToString();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [base.Infer(inputs)[0] with { ElementType = ElementType.Bool }];
}
