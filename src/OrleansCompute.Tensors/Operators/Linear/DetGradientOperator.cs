using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Gradient of <see cref="DetOperator"/> from its input [..., M, M] and dy [...]: dy times the matrix of cofactors, which exists for singular matrices too.</summary>
public sealed record DetGradientOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "DetGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [inputs.RequireCount(2)[0]];
}
