namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>The entries of this family in the registry.</summary>
internal static class IndexingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Compress", 9, request => new CompressOperator(Axis(request))),
        new("Gather", 1, request => new GatherOperator(request.Attributes.Number("axis", 0))),
        new("GatherElements", 11, request => new GatherElementsOperator(request.Attributes.Number("axis", 0))),
        new("GatherND", 11, request => new GatherNDOperator(request.Attributes.Number("batch_dims", 0))),
        new("NonMaxSuppression", 10, request => new NonMaxSuppressionOperator(request.Attributes.Number("center_point_box", 0) != 0)),
        new("NonZero", 9, _ => new NonZeroOperator()),
        new("OneHot", 9, request => new OneHotOperator(request.Attributes.Number("axis", -1))),
        new("Scatter", 9, request => new ScatterElementsOperator(request.Attributes.Number("axis", 0))),
        new("ScatterElements", 11, request => new ScatterElementsOperator(
            request.Attributes.Number("axis", 0), IndexChecks.Reduction(request.Attributes))),
        new("ScatterND", 11, request => new ScatterNDOperator(IndexChecks.Reduction(request.Attributes))),
        new("TopK", 1, request => new TopKOperator(
            request.Attributes.Number("axis", -1),
            request.Attributes.Number("largest", 1) != 0,
            request.Attributes.Number("sorted", 1) != 0,
            request.Opset < 10 ? checked((int)request.Attributes.Require<long>("k")) : null)),
        new("Unique", 11, request => new UniqueOperator(Axis(request), request.Attributes.Number("sorted", 1) != 0)),
    ];

    private static int? Axis(OperatorRequest request) => request.Attributes.Has("axis") ? request.Attributes.Number("axis", 0) : null;
}
