using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Gradient of a max-pooling's input, from the chosen positions and the gradient of its output.</summary>
/// <param name="Forward">The pooling.</param>
/// <param name="Input">Shape of its input.</param>
public sealed record MaxPool2dGradientOperator(MaxPool2dOperator Forward, Shape Input) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxPoolGradient";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        var outputs = Forward.Infer([new TensorType(ElementType.Float32, Input)]);
        RequireSame(outputs[1], inputs[0]);
        RequireSame(outputs[0], inputs[1]);
        return [new TensorType(ElementType.Float32, Input)];
    }
}
