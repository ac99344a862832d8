namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The entries of this family in the registry.</summary>
internal static class ShapingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Identity", 1, _ => new IdentityOperator()),
        new("Reshape", 5, request => new ReshapeOperator(request.Attributes.Number("allowzero", 0) != 0)),
        new("Transpose", 1, request => new TransposeOperator(IntegerList.From(request.Attributes.Numbers("perm")))),
    ];
}
