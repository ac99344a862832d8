using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Optimisers;

/// <summary>
/// Stochastic gradient descent with momentum as ONNX has it: g' = g + NormCoefficient x; v' = Alpha v + b g', b being 1 before the first
/// step (t = 0) and then Beta; x' = x - rate v', or with Nesterov x - rate (g' + Alpha v').
/// </summary>
/// <param name="Tensors">Number of tensors, 1 or more.</param>
/// <param name="Alpha">Decay of the momentum.</param>
/// <param name="Beta">Weight of the gradient in it.</param>
/// <param name="NormCoefficient">Weight decay inside the gradient.</param>
/// <param name="IsNesterov">Whether the step looks ahead.</param>
public sealed record MomentumOperator(int Tensors, float Alpha, float Beta, float NormCoefficient = 0, bool IsNesterov = false)
    : OptimiserStepOperator(Tensors, 1)
{
    /// <inheritdoc/>
    public override string Name => "Momentum";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("alpha", Alpha).With("beta", Beta)
        .With("norm_coefficient", NormCoefficient).With("mode", IsNesterov ? "nesterov" : "standard");

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new(8L * outputs.Take(Tensors).Sum(type => (long)type.Shape.Elements), Traffic(inputs, outputs));
    }
}
