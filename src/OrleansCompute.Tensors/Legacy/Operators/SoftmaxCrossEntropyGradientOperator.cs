using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Gradient of the logits: softmax minus one at the label.</summary>
public sealed record SoftmaxCrossEntropyGradientOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropyGradient";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        return [inputs[0]];
    }
}
