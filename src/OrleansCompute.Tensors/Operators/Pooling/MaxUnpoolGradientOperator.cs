using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Takes dy from where <see cref="MaxUnpoolOperator"/> put the elements: (dy, indices).</summary>
/// <param name="Forward">The unpooling.</param>
public sealed record MaxUnpoolGradientOperator(MaxUnpoolOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxUnpoolGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        [inputs.RequireCount(2)[0] with { Shape = inputs[1].Shape }];
}
