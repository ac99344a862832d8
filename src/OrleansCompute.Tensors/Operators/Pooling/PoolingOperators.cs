namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>The entries of this family in the registry.</summary>
internal static class PoolingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("AveragePool", 1, request => new AveragePoolOperator(PoolAttributes.Read(request.Attributes), request.Attributes.Number("count_include_pad", 0) != 0)),
        new("GlobalAveragePool", 1, _ => new AveragePoolOperator(PoolAttributes.Global)),
        new("GlobalLpPool", 2, request => new LpPoolOperator(PoolAttributes.Global, request.Attributes.Number("p", 2))),
        new("GlobalMaxPool", 1, _ => new MaxPoolOperator(PoolAttributes.Global)),
        new("LpPool", 2, request => new LpPoolOperator(PoolAttributes.Read(request.Attributes), request.Attributes.Number("p", 2))),
        new("MaxPool", 1, request => new MaxPoolOperator(
            PoolAttributes.Read(request.Attributes), request.OutputCount > 1, request.Attributes.Number("storage_order", 0) != 0)),
        new("MaxUnpool", 9, request => new MaxUnpoolOperator(PoolAttributes.Read(request.Attributes).Window)),
    ];
}
