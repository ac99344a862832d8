using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class PoolingCases
{
    private static readonly PoolAttributes Square = new(new WindowAttributes([2, 2], [2, 2]));
    private static readonly PoolAttributes Padded = new(new WindowAttributes([3, 2], [2, 1], [1, 0, 1, 1], [1, 2]));
    private static readonly PoolAttributes Ceil = new(new WindowAttributes([3, 3], [2, 2], [1, 1, 1, 1]), Ceil: true);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("MaxPool_Square", new MaxPoolOperator(Square), Normal(1, 2, 3, 6, 4)),
        new("MaxPool_Indices", new MaxPoolOperator(Padded, HasIndices: true), Normal(1, 2, 2, 6, 5)),
        new("MaxPool_ColumnMajor", new MaxPoolOperator(Ceil, true, true), Normal(1, 1, 2, 6, 4)),
        new("MaxPool_1d", new MaxPoolOperator(new(new([4], [3], AutoPad: AutoPad.SameUpper))), Normal(1, 2, 3, 11)),
        new("MaxPool_3d", new MaxPoolOperator(new(new([2, 1, 2]))), Normal(1, 1, 2, 3, 3, 4)),
        new("GlobalMaxPool", new MaxPoolOperator(PoolAttributes.Global), Normal(1, 2, 3, 4, 5)),
        new("MaxPoolGradient", new MaxPoolGradientOperator(Square), Normal(1, 2, 3, 3, 2), Normal(2, 2, 3, 6, 4)),
        new("MaxPoolGradient_Overlapping", new MaxPoolGradientOperator(Ceil), Normal(1, 1, 2, 4, 3), Normal(2, 1, 2, 6, 4)),
        new("GlobalMaxPoolGradient", new MaxPoolGradientOperator(PoolAttributes.Global), Normal(1, 2, 3, 1, 1), Normal(2, 2, 3, 4, 5)),
        new("AveragePool_Square", new AveragePoolOperator(Square), Normal(1, 2, 3, 6, 4)),
        new("AveragePool_Padded", new AveragePoolOperator(Padded), Normal(1, 2, 2, 6, 5)),
        new("AveragePool_CeilCountsPadding", new AveragePoolOperator(Ceil, true), Normal(1, 1, 2, 6, 4)),
        new("GlobalAveragePool", new AveragePoolOperator(PoolAttributes.Global), Normal(1, 2, 3, 4, 5)),
        new("AveragePoolGradient", new AveragePoolGradientOperator(Ceil, true), Normal(1, 1, 2, 4, 3), Normal(2, 1, 2, 6, 4)),
        new("GlobalAveragePoolGradient", new AveragePoolGradientOperator(PoolAttributes.Global), Normal(1, 2, 3, 1, 1), Normal(2, 2, 3, 4, 5)),
        new("LpPool", new LpPoolOperator(Padded, 3), Normal(1, 2, 2, 6, 5)),
        new("GlobalLpPool", new LpPoolOperator(PoolAttributes.Global), Normal(1, 2, 3, 4, 5)),
        new("LpPoolGradient", new LpPoolGradientOperator(Square), Normal(1, 2, 3, 3, 2), Normal(2, 2, 3, 6, 4)),
        new("MaxUnpoolGradient", new MaxUnpoolGradientOperator(new(new([2, 2], [2, 2]))), Normal(1, 1, 1, 5, 5), Tensor.Of<long>(new Shape(1, 1, 2, 2), [5, 7, 13, 15])),
        new("MaxUnpool", new MaxUnpoolOperator(new([2, 2], [2, 2])), Normal(1, 1, 1, 2, 2), Tensor.Of<long>(new Shape(1, 1, 2, 2), [5, 7, 13, 15])),
        new("MaxUnpool_Sizes", new MaxUnpoolOperator(new([2, 2], [2, 2])), Normal(1, 1, 1, 2, 2), Tensor.Of<long>(new Shape(1, 1, 2, 2), [5, 7, 13, 15]),
            Tensor.Vector<long>(1, 1, 5, 5)),
    ];
}
