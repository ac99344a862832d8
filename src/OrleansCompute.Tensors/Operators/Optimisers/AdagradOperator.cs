using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Optimisers;

/// <summary>
/// Adagrad (Duchi et al. 2011) as ONNX has it: g' = g + NormCoefficient x; h' = h + g'^2;
/// x' = x - rate / (1 + t DecayFactor) g' / (sqrt(h') + Epsilon).
/// </summary>
/// <param name="Tensors">Number of tensors, 1 or more.</param>
/// <param name="DecayFactor">How fast the rate falls.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="NormCoefficient">Weight decay inside the gradient.</param>
public sealed record AdagradOperator(int Tensors, float DecayFactor = 0, float Epsilon = 0, float NormCoefficient = 0)
    : OptimiserStepOperator(Tensors, 1)
{
    /// <inheritdoc/>
    public override string Name => "Adagrad";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("decay_factor", DecayFactor).With("epsilon", Epsilon)
        .With("norm_coefficient", NormCoefficient);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new(8L * outputs.Take(Tensors).Sum(type => (long)type.Shape.Elements), Traffic(inputs, outputs));
    }
}
