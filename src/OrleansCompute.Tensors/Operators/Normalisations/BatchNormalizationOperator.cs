using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * scale + bias for each channel of x [N, C, ...] (Ioffe and Szegedy 2015). Inputs: x, scale, bias,
/// mean, variance, the latter four [C]. In inference mean and variance are those given, and there is one output. In training they are those
/// of the batch (variance of the population), and the outputs are y, the running mean and variance (momentum * given + (1 - momentum) *
/// batch), and two of our own for the gradient: float32 mean and 1 / sqrt(variance + epsilon) of the batch.
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Weight of the given statistics.</param>
/// <param name="IsTraining">Whether the statistics are those of the batch.</param>
public sealed record BatchNormalizationOperator(float Epsilon = 1e-5f, float Momentum = 0.9f, bool IsTraining = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "BatchNormalization";

    /// <inheritdoc/>
    public override int OutputCount => IsTraining ? 5 : 1;

    /// <inheritdoc/>
    public override int OnnxOutputCount => IsTraining ? 3 : 1;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        OperatorAttributes.Empty.With("epsilon", Epsilon).With("momentum", Momentum).With("training_mode", IsTraining);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var channels = inputs.RequireCount(5).RequireRank(0, 2, Shape.MaxRank)[1];
        for (var i = 1; i < 5; i++)
        {
            NormalisationShapes.RequireVector(inputs, i, channels, Name);
        }

        var statistics = new TensorType(ElementType.Float32, new Shape(channels));
        if (IsTraining)
        {
            NormalisationShapes.RequireElements(inputs, statistics, Name);
        }

        return IsTraining ? [inputs[0], inputs[3], inputs[4], statistics, statistics] : [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        NormalisationShapes.RefuseStatistics(context, this);
        var (scale, dy) = (context.Input(1), context.OutputGradient);
        var mean = IsTraining ? context.Output(3) : context.Input(3);
        var inverse = IsTraining ? context.Output(4) : context.ReciprocalSqrt(context.Affine(context.Input(4), 1, Epsilon));
        var gradients = context.Apply(new BatchNormalizationGradientOperator(IsTraining), context.Input(0), scale, mean, inverse, dy);
        for (var i = 0; i < 3; i++)
        {
            context.Give(i, gradients[i]);
        }

        if (!IsTraining && (context.Needs(3) || context.Needs(4)))
        {
            // By the mean: -sum dy scale inverse. By the variance: -1/2 scale inverse^2 sum dy (x - mean) inverse.
            var slope = context.Mul(context.CastLike(scale, inverse), inverse);
            context.Give(3, context.Neg(context.Mul(slope, context.CastLike(gradients[2], inverse))));
            context.Give(4, context.Affine(context.Mul(context.Mul(slope, inverse), context.CastLike(gradients[1], inverse)), -0.5));
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new((IsTraining ? 7L : 2L) * outputs[0].Shape.Elements, Traffic(inputs, outputs));

    internal static BatchNormalizationOperator Create(OperatorRequest request)
    {
        var isTraining = request.Attributes.Number("training_mode", 0) != 0;
        return !isTraining && (request.OutputCount > 1 || (request.Opset < 7 && request.Attributes.Number("is_test", 0) == 0))
            ? throw new NotSupportedException($"BatchNormalization of opset {request.Opset} with {request.OutputCount} outputs{(request.Opset < 7 ? " and is_test 0" : "")} is the training form before opset 14; export it for inference, or with opset 14 or later.")
            : new BatchNormalizationOperator(request.Attributes.Get("epsilon", 1e-5f), request.Attributes.Get("momentum", 0.9f), isTraining);
    }
}
