using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class IndexingCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Gather_Embedding", new GatherOperator(), Normal(1, 5, 3), Tensor.Of<long>(new Shape(2, 2), [4, 0, -1, 0])),
        new("Gather_Axis", new GatherOperator(-2), Normal(1, 2, 4, 3), Tensor.Vector(3, 1, 1)),
        new("Gather_Scalar", new GatherOperator(1), Normal(1, 2, 4), Tensor.Scalar<long>(2)),
        new("GatherGradient", new GatherGradientOperator(1), Normal(1, 2, 3, 3), Tensor.Vector<long>(3, 1, 1), Normal(2, 2, 4, 3)),
    ];
}
