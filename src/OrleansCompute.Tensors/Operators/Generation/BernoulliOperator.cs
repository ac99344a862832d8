using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>1 with the probability that the input says, else 0. About the seed see <see cref="RandomOperator"/>.</summary>
/// <param name="Output">Element type; Undefined: that of the input.</param>
/// <param name="Seed">As ONNX has it, a float.</param>
public sealed record BernoulliOperator(ElementType Output = ElementType.Undefined, float? Seed = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Bernoulli";

    /// <inheritdoc/>
    public override bool IsDeterministic => Seed is not null;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("dtype", Output == ElementType.Undefined ? null : (int)Output).With("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        [inputs.RequireCount(1)[0] with { ElementType = Output == ElementType.Undefined ? inputs[0].ElementType : Output }];
}
