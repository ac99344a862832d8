using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>All bits of an integer inverted.</summary>
public sealed record BitwiseNotOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "BitwiseNot";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        return type.ElementType.IsInteger()
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the input is {type}; its elements must be integers.");
    }
}
