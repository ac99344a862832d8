using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;
using static OrleansCompute.Tensors.Tests.Operators.ShapingCases;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class GenerationCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Constant", new ConstantOperator(Normal(1, 2, 3))),
        new("ConstantOfShape", new ConstantOfShapeOperator(Tensor.Vector<long>(7)), Numbers(2, 3)),
        new("Range_Float", new RangeOperator(), Tensor.Scalar(1f), Tensor.Scalar(5.5f), Tensor.Scalar(2f)),
        new("Range_Int64", new RangeOperator(), Tensor.Scalar(10L), Tensor.Scalar(-4L), Tensor.Scalar(-3L)),
        new("EyeLike", new EyeLikeOperator(Diagonal: -1), Normal(1, 4, 5)),
        new("RandomNormal", new RandomOperator(RandomDistribution.Normal, 1, 2, ElementType.Float32, [3, 4], 5)),
        new("RandomUniformLike", new RandomOperator(RandomDistribution.Uniform, -1, 1, Seed: 5), Normal(1, 3, 4)),
        new("Bernoulli", new BernoulliOperator(ElementType.Int32, 3), Uniform(1, 0, 1, 4, 5)),
        new("Multinomial", new MultinomialOperator(6, Seed: 2), Normal(1, 2, 4)),
        new("HannWindow", new WindowFunctionOperator(WindowFunction.Hann), Tensor.Scalar(9L)),
        new("HammingWindow", new WindowFunctionOperator(WindowFunction.Hamming, false), Tensor.Scalar(9L)),
        new("BlackmanWindow", new WindowFunctionOperator(WindowFunction.Blackman), Tensor.Scalar(8)),
        new("MelWeightMatrix", new MelWeightMatrixOperator(), Tensor.Scalar(8L), Tensor.Scalar(16L), Tensor.Scalar(8192L), Tensor.Scalar(0f), Tensor.Scalar(4096f)),
    ];
}
