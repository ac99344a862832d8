using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Gradient of a convolution's input, from its weights and the gradient of its output.</summary>
/// <param name="Forward">The convolution.</param>
/// <param name="Input">Shape of its input.</param>
public sealed record Conv2dInputGradientOperator(Conv2dOperator Forward, Shape Input) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvInputGradient";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        RequireSame(Forward.Infer([new TensorType(ElementType.Float32, Input), inputs[0]])[0], inputs[1]);
        return [new TensorType(ElementType.Float32, Input)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var g = Forward.Geometry(Input, inputs[0].Shape);
        return new OperatorCost(2L * g.OutputLength * g.Depth, Traffic(inputs, outputs));
    }
}
