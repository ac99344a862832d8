using OrleansCompute.Tensors.Operators.Optimisers;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class OptimiserCases
{
    private static readonly Tensor _rate = Tensor.Scalar(0.01f);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Adam_FirstStep", new AdamOperator(1), _rate, Tensor.Scalar(0L), Normal(1, 3, 7), Normal(2, 3, 7), Normal(3, 3, 7), Uniform(4, 0, 1, 3, 7)),
        new("Adam_Decaying", new AdamOperator(1, 0.8f, 0.99f, 1e-3f, 0.1f, 0.01f), Tensor.Vector(0.05f), Tensor.Vector(9L), Normal(1, 131), Normal(2, 131), Normal(3, 131), Uniform(4, 0, 1, 131)),
        new("Adam_Two", new AdamOperator(2), _rate, Tensor.Scalar(1_000L), Normal(1, 4, 5), Normal(2, 40_003), Normal(3, 4, 5), Normal(4, 40_003), Normal(5, 4, 5), Normal(6, 40_003), Uniform(7, 0, 1, 4, 5), Uniform(8, 0, 1, 40_003)),
        new("Momentum_FirstStep", new MomentumOperator(1, 0.9f, 0.3f, 0.01f), _rate, Tensor.Scalar(0L), Normal(1, 3, 7), Normal(2, 3, 7), Normal(3, 3, 7)),
        new("Momentum_Nesterov", new MomentumOperator(1, 0.9f, 0.3f, 0.01f, true), _rate, Tensor.Scalar(3L), Normal(1, 40_003), Normal(2, 40_003), Normal(3, 40_003)),
        new("Momentum_Two", new MomentumOperator(2, 0.95f, 1), _rate, Tensor.Scalar(3L), Normal(1, 2), Normal(2, 33), Normal(3, 2), Normal(4, 33), Normal(5, 2), Normal(6, 33)),
        new("Adagrad", new AdagradOperator(1, 0.1f, 1e-5f, 0.01f), _rate, Tensor.Scalar(3L), Normal(1, 40_003), Normal(2, 40_003), Uniform(3, 0.1, 1, 40_003)),
        new("Adagrad_Two", new AdagradOperator(2, 0, 1e-5f), _rate, Tensor.Scalar(0L), Normal(1, 2), Normal(2, 33), Normal(3, 2), Normal(4, 33), Uniform(5, 0, 1, 2), Uniform(6, 0, 1, 33)),
        new("Adam_OfNothing", new AdamOperator(1), _rate, Tensor.Scalar(1L), Normal(1, 0, 4), Normal(1, 0, 4), Normal(1, 0, 4), Normal(1, 0, 4)),
    ];
}
