using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Optimisers;

/// <summary>
/// Adam (Kingma and Ba 2015) as ONNX has it, with the bias correction in the rate: g' = g + NormCoefficient x; v' = Alpha v + (1 - Alpha) g';
/// h' = Beta h + (1 - Beta) g'^2; x' = (1 - NormCoefficientPost) (x - rate sqrt(1 - Beta^t) / (1 - Alpha^t) v' / (sqrt(h') + Epsilon)).
/// Before the first step (t = 0) the rate is not corrected.
/// </summary>
/// <param name="Tensors">Number of tensors, 1 or more.</param>
/// <param name="Alpha">Decay of the mean.</param>
/// <param name="Beta">Decay of the mean square.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="NormCoefficient">Weight decay inside the gradient.</param>
/// <param name="NormCoefficientPost">Weight decay after the step.</param>
public sealed record AdamOperator(
    int Tensors, float Alpha = 0.9f, float Beta = 0.999f, float Epsilon = 1e-6f, float NormCoefficient = 0, float NormCoefficientPost = 0)
    : OptimiserStepOperator(Tensors, 2)
{
    /// <inheritdoc/>
    public override string Name => "Adam";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("alpha", Alpha).With("beta", Beta).With("epsilon", Epsilon)
        .With("norm_coefficient", NormCoefficient).With("norm_coefficient_post", NormCoefficientPost);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new(14L * outputs.Take(Tensors).Sum(type => (long)type.Shape.Elements), Traffic(inputs, outputs));
    }
}
