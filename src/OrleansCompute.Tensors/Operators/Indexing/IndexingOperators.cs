namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>The entries of this family in the registry.</summary>
internal static class IndexingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Gather", 1, request => new GatherOperator(request.Attributes.Number("axis", 0))),
    ];
}
