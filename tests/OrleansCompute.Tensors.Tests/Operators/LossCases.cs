using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class LossCases
{
    private static readonly Tensor _labels = Tensor.Vector(2L, 0, 4, 1);
    private static readonly Tensor _ignoringLabels = Tensor.Vector(2, -1, 4, 1);
    private static readonly Tensor _pixelLabels = Tensor.Of(new Shape(2, 3), [0L, 2, 1, 1, 0, 2]);

    // Weights are not differentiated: in float16 the gradient check leaves them out.
    private static readonly Tensor _weights = Tensor.Vector((Half)1, (Half)0.5, (Half)2, (Half)1.5, (Half)0.25);

    /// <summary>Labels of a CTC loss with blank 1, steps and numbers of labels of three examples: equal neighbours, none, as many as fit.</summary>
    private static readonly Tensor[] _sequences =
        [Tensor.Of(new Shape(3, 3), [2L, 2, 0, 3, 1, 1, 0, 4, 3]), Tensor.Vector(6, 4, 3), Tensor.Vector(2L, 0, 3)];

    public static IEnumerable<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<LossReduction>().SelectMany(reduction => new OperatorCase[]
        {
            new($"SoftmaxCrossEntropy_{reduction}", new SoftmaxCrossEntropyLossOperator(reduction), Normal(1, 4, 5), _labels),
            new($"SoftmaxCrossEntropy_{reduction}WeightedIgnoring", new SoftmaxCrossEntropyLossOperator(reduction, -1), Normal(1, 4, 5), _ignoringLabels, _weights),
            new($"SoftmaxCrossEntropy_{reduction}Smoothed", new SoftmaxCrossEntropyLossOperator(reduction, -1, 0.2f), Normal(1, 4, 5), _ignoringLabels, _weights),
            new($"NegativeLogLikelihood_{reduction}", new NegativeLogLikelihoodLossOperator(reduction), Normal(1, 4, 5), _labels),
            new($"NegativeLogLikelihood_{reduction}WeightedIgnoring", new NegativeLogLikelihoodLossOperator(reduction, -1), Normal(1, 4, 5), _ignoringLabels, _weights),
        }),
        new("SoftmaxCrossEntropy_Pixels", new SoftmaxCrossEntropyLossOperator(), Normal(1, 2, 3, 3), _pixelLabels),
        new("SoftmaxCrossEntropy_LargeScores", new SoftmaxCrossEntropyLossOperator(), Uniform(1, -500, 500, 4, 5), _labels),
        new("SoftmaxCrossEntropyGradient_Mean", new SoftmaxCrossEntropyGradientOperator(LossReduction.Mean, null, 0), Uniform(1, -4, -1, 4, 5), _labels, null, Tensor.Scalar(0.7f)),
        new("SoftmaxCrossEntropyGradient_Pixels", new SoftmaxCrossEntropyGradientOperator(LossReduction.None, 1, 0.1f), Uniform(1, -4, -1, 2, 3, 3), _pixelLabels, null, Normal(2, 2, 3)),
        new("NegativeLogLikelihood_Pixels", new NegativeLogLikelihoodLossOperator(), Normal(1, 2, 3, 3), _pixelLabels),
        new("NegativeLogLikelihoodGradient", new NegativeLogLikelihoodGradientOperator(LossReduction.Mean, null), Normal(1, 4, 5), _labels, _weights, Tensor.Scalar(0.7f)),
        .. Enum.GetValues<ElementLoss>().SelectMany(loss => new OperatorCase[]
        {
            new($"{loss}_Mean", new ElementLossOperator(loss, LossReduction.Mean, 0.4f), Predictions(loss), Targets(loss)),
            new($"{loss}_Sum", new ElementLossOperator(loss, LossReduction.Sum, 0.4f), Predictions(loss), Targets(loss)),
            new($"{loss}_None", new ElementLossOperator(loss, LossReduction.None, 0.4f), Predictions(loss), Targets(loss)),
            new($"{loss}Gradient_Mean", new ElementLossGradientOperator(loss, LossReduction.Mean, 0.4f), Predictions(loss), Targets(loss), Tensor.Scalar(0.7f)),
            new($"{loss}Gradient_Targets", new ElementLossGradientOperator(loss, LossReduction.None, 0.4f, true), Predictions(loss), Targets(loss), Normal(3, 3, 17)),
        }),
        .. Enum.GetValues<LossReduction>().Select(reduction => new OperatorCase(
            $"Ctc_{reduction}", new CtcLossOperator(reduction, 1), [Uniform(1, -4, -0.1, 6, 3, 5), .. _sequences])),
        new("Ctc_TooShort", new CtcLossOperator(LossReduction.None, 0, true), Uniform(1, -4, -0.1, 2, 2, 5), Tensor.Of(new Shape(2, 2), [2, 2, 3, 1]), Tensor.Vector(2, 2), Tensor.Vector(2, 2)),
        new("CtcGradient", new CtcLossGradientOperator(new CtcLossOperator(LossReduction.None, 1)), [Uniform(1, -4, -0.1, 6, 3, 5), .. _sequences, Normal(2, 3)]),
        new("BinaryCrossEntropyWithLogits_Extremes", new ElementLossOperator(ElementLoss.BinaryCrossEntropyWithLogits), Tensor.Vector(-500f, 500, 0), Tensor.Vector(1f, 0, 0.5f)) { ChecksGradient = false },
        new("BinaryCrossEntropy_Certain", new ElementLossOperator(ElementLoss.BinaryCrossEntropy), Tensor.Vector(0f, 1, 1), Tensor.Vector(1f, 0, 1)) { ChecksGradient = false },
    ];

    private static Tensor Predictions(ElementLoss loss) => loss == ElementLoss.BinaryCrossEntropy ? Uniform(1, 0.1, 0.9, 3, 17) : Normal(1, 3, 17);

    private static Tensor Targets(ElementLoss loss) => loss >= ElementLoss.BinaryCrossEntropy ? Uniform(2, 0.1, 0.9, 3, 17) : Normal(2, 3, 17);
}
