using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>The other truth value.</summary>
public sealed record NotOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Not";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        return type.ElementType == ElementType.Bool
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the input is {type}; it must be Bool: put a Cast before it.");
    }
}
