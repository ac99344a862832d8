using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class NormalisationCases
{
    // Running statistics are not differentiated: in float16 the gradient check leaves them out.
    private static readonly Tensor _halfMean = Tensor.Vector((Half)0.1f, (Half)(-0.2f), (Half)0.3f);
    private static readonly Tensor _halfVariance = Tensor.Vector((Half)1.1f, (Half)0.7f, (Half)0.5f);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("BatchNormalization_Inference", new BatchNormalizationOperator(1e-3f), Normal(1, 2, 3, 4, 5), Normal(2, 3), Normal(3, 3), Normal(4, 3), Uniform(5, 0.5, 2, 3)),
        new("BatchNormalization_Vectors", new BatchNormalizationOperator(), Normal(1, 6, 3), Normal(2, 3), Normal(3, 3), Normal(4, 3), Uniform(5, 0.5, 2, 3)),
        new("BatchNormalization_Training", new BatchNormalizationOperator(1e-3f, 0.8f, true), Normal(1, 4, 3, 2, 5), Normal(2, 3), Normal(3, 3), _halfMean, _halfVariance) { Tolerance = 1e-3 },
        new("BatchNormalization_TrainingStatistics", new BatchNormalizationOperator(1e-5f, 0.9f, true), Normal(1, 4, 3, 5), Normal(2, 3), Normal(3, 3), Normal(4, 3), Uniform(5, 0.5, 2, 3)) { ChecksGradient = false },
        new("BatchNormalizationGradient_Training", new BatchNormalizationGradientOperator(true), Normal(1, 4, 3, 5), Normal(2, 3), Normal(3, 3), Uniform(4, 0.5, 2, 3), Normal(5, 4, 3, 5)),
        new("BatchNormalizationGradient_Fixed", new BatchNormalizationGradientOperator(false), Normal(1, 4, 3, 5), Normal(2, 3), Normal(3, 3), Uniform(4, 0.5, 2, 3), Normal(5, 4, 3, 5)),
        new("LayerNormalization_LastAxis", new LayerNormalizationOperator(), Normal(1, 3, 4, 16), Normal(2, 16), Normal(3, 16)),
        new("LayerNormalization_TwoAxes", new LayerNormalizationOperator(1, 1e-2f), Normal(1, 3, 4, 5), Normal(2, 4, 5), Normal(3, 4, 5)),
        new("LayerNormalization_NoBias", new LayerNormalizationOperator(), Normal(1, 6, 33), Normal(2, 33)),
        new("LayerNormalization_ScalarBias", new LayerNormalizationOperator(1), Normal(1, 3, 4, 5), Normal(2, 5), Normal(3, 1)),
        new("LayerNormalizationGradient", new LayerNormalizationGradientOperator(-1), Normal(1, 6, 33), Normal(2, 33), Normal(3, 6, 1), Uniform(4, 0.5, 2, 6, 1), Normal(5, 6, 33)) { ChecksGradient = false }, // Its statistics are not those of its x: see SecondDerivativeTests.
        new("RmsNormalization_LastAxis", new RmsNormalizationOperator(), Normal(1, 3, 4, 16), Normal(2, 16)),
        new("RmsNormalization_TwoAxes", new RmsNormalizationOperator(1, 1e-2f), Normal(1, 3, 4, 5), Normal(2, 5)),
        new("RmsNormalizationGradient", new RmsNormalizationGradientOperator(-1), Normal(1, 6, 33), Normal(2, 33), Uniform(3, 0.5, 2, 6, 1), Normal(4, 6, 33)) { ChecksGradient = false },
        new("GroupNormalization_PerChannel", new GroupNormalizationOperator(2), Normal(1, 3, 4, 2, 3), Normal(2, 4), Normal(3, 4)),
        new("GroupNormalization_PerGroup", new GroupNormalizationOperator(2, 1e-2f), Normal(1, 3, 4, 5), Normal(2, 2), Normal(3, 2)),
        new("InstanceNormalization", new GroupNormalizationOperator(0), Normal(1, 3, 4, 2, 3), Normal(2, 4), Normal(3, 4)),
        new("GroupNormalizationGradient", new GroupNormalizationGradientOperator(2), Normal(1, 3, 4, 5), Normal(2, 4), Normal(3, 3, 2), Uniform(4, 0.5, 2, 3, 2), Normal(5, 3, 4, 5)),
        new("LpNormalization_2", new LpNormalizationOperator(1), Normal(1, 3, 4, 5)),
        new("LpNormalization_1", new LpNormalizationOperator(-1, 1), Normal(1, 3, 4, 5)),
        new("LpNormalization_ZeroNorm", new LpNormalizationOperator(), Tensor.Of(new Tensors.Shapes.Shape(2, 2), [0f, 0, 3, 4])) { ChecksGradient = false },
        new("MeanVarianceNormalization", new MeanVarianceNormalizationOperator([0, 2, 3]), Normal(1, 3, 4, 2, 3)),
        new("Lrn_OddWindow", new LrnOperator(3, 0.5f, 0.75f, 2), Normal(1, 2, 6, 2, 2)),
        new("Lrn_EvenWindow", new LrnOperator(4, 0.5f, 0.6f), Normal(1, 2, 6, 3)),
        new("LrnGradient", new LrnGradientOperator(4, 0.5f, 0.6f, 1), Normal(1, 2, 6, 3), Normal(2, 2, 6, 3)),
    ];
}
