using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ActivationCases
{
    private static readonly Tensor _large = Tensor.Of(new Shape(2, 4), [0f, 1, 2, 3, 10000, 10001, 10002, 10003]);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<ActivationFunction>().SelectMany(function =>
        {
            var (alpha, beta) = Parameters(function);
            return new OperatorCase[]
            {
                new($"{function}", new ActivationOperator(function, alpha, beta), Uniform(1, -4, 4, 4, 33)),
                new($"{function}Gradient", new ActivationGradientOperator(function, alpha, beta), Uniform(1, -0.9, 0.9, 4, 33), Normal(2, 4, 33)),
            };
        }),
        new("Shrink_Int8", new ActivationOperator(ActivationFunction.Shrink, 1.5f, 1), Tensor.Vector<sbyte>(-3, -1, 0, 2, 5)),
        new("PRelu_SameShape", new PReluOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("PRelu_Channels", new PReluOperator(), Normal(1, 2, 3, 2, 2), Normal(2, 3, 1, 1)),
        new("Softmax_LastAxis", new SoftmaxOperator(), Normal(1, 3, 4, 5)),
        new("Softmax_MiddleAxis", new SoftmaxOperator(1), Normal(1, 3, 4, 5)),
        new("Softmax_LargeNumbers", new SoftmaxOperator(), _large) { ChecksGradient = false },
        new("Softmax_Flat", new SoftmaxOperator(1, true), Normal(1, 3, 4, 5)),
        new("SoftmaxGradient", new SoftmaxGradientOperator(1), Uniform(1, 0, 1, 3, 4, 5), Normal(2, 3, 4, 5)),
        new("LogSoftmax_LastAxis", new LogSoftmaxOperator(), Normal(1, 3, 4, 5)),
        new("LogSoftmax_FirstAxis", new LogSoftmaxOperator(0), Normal(1, 3, 4, 5)),
        new("LogSoftmax_LargeNumbers", new LogSoftmaxOperator(), _large) { ChecksGradient = false },
        new("LogSoftmax_Flat", new LogSoftmaxOperator(1, true), Normal(1, 3, 4, 5)),
        new("LogSoftmaxGradient", new LogSoftmaxGradientOperator(0), Uniform(1, -3, 0, 3, 4, 5), Normal(2, 3, 4, 5)),
        new("Hardmax_LastAxis", new HardmaxOperator(), Normal(1, 3, 4, 5)),
        new("Hardmax_FirstOfEqual", new HardmaxOperator(0), Tensor.Of(new Shape(3, 2), [1f, 2, 3, 2, 3, 1])),
    ];

    private static (float Alpha, float Beta) Parameters(ActivationFunction function) => function switch
    {
        ActivationFunction.LeakyRelu => (0.1f, 0),
        ActivationFunction.Elu => (1.5f, 0),
        ActivationFunction.Selu => (1.6732632f, 1.050701f),
        ActivationFunction.Celu => (2, 0),
        ActivationFunction.ThresholdedRelu => (0.8f, 0),
        ActivationFunction.HardSigmoid => (0.2f, 0.5f),
        ActivationFunction.Shrink => (1.5f, 1),
        _ => (0, 0),
    };
}
