using OrleansCompute.Tensors.Operators.Elementwise;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ElementwiseCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Add_SameShape", new AddOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("Add_Broadcast", new AddOperator(), Normal(1, 2, 1, 5), Normal(2, 3, 1)),
        new("Mul_SameShape", new MulOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("Mul_Broadcast", new MulOperator(), Normal(1, 4, 3), Normal(2, 3)),
        new("Relu", new ReluOperator(), Normal(1, 4, 33)),
        new("ReluGradient", new ReluGradientOperator(), Normal(1, 4, 33), Normal(2, 4, 33)),
        new("ZerosLike", new ZerosLikeOperator(), Normal(1, 2, 3)),
        new("OnesLike", new OnesLikeOperator(), Normal(1, 2, 3)),
        new("SumToLike", new SumToLikeOperator(), Normal(1, 2, 3, 4), Normal(2, 3, 1)),
    ];
}
