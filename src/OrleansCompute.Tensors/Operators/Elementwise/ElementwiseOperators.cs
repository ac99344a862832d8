namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>The entries of this family in the registry.</summary>
internal static class ElementwiseOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Add", 7, _ => new AddOperator()),
        new("Mul", 7, _ => new MulOperator()),
        new("Relu", 6, _ => new ReluOperator()),
    ];
}
