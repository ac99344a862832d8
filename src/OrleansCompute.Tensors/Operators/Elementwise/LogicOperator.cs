using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>And, Or, Xor of two bool inputs, broadcast.</summary>
/// <param name="Function">The function.</param>
public sealed record LogicOperator(LogicFunction Function) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => Function.ToString();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        return type.ElementType == ElementType.Bool
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the inputs are {type.ElementType}; they must be Bool: put a Cast before it.");
    }
}
