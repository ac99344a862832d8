using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ShapingCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Identity", new IdentityOperator(), Normal(1, 2, 3)),
        new("ReshapeLike", new ReshapeLikeOperator(), Normal(1, 2, 6), Normal(2, 3, 4)),
        new("ExpandLike", new ExpandLikeOperator(), Normal(1, 3, 1), Normal(2, 2, 3, 4)),
        new("Reshape_RestAndCopy", new ReshapeOperator(), Normal(1, 2, 6), Tensor.Vector<long>(0, -1, 3)),
        new("Reshape_AllowZero", new ReshapeOperator(true), Normal(1, 2, 0), Tensor.Vector<long>(3, 0, 5)),
        new("Transpose_Reverse", new TransposeOperator(), Normal(1, 2, 3, 4)),
        new("Transpose_Order", new TransposeOperator([1, 2, 0]), Normal(1, 2, 3, 4)),
        new("Transpose_Int64", new TransposeOperator([1, 0]), Tensor.Of<long>(new Shape(2, 3), [1, 2, 3, 4, 5, 6])),
    ];
}
