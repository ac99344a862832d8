using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Gradients of a convolution's weights and bias, from its input and the gradient of its output.</summary>
/// <param name="Forward">The convolution.</param>
/// <param name="Weights">Shape of its weights.</param>
public sealed record Conv2dWeightGradientOperator(Conv2dOperator Forward, Shape Weights) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvWeightGradient";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        RequireSame(Forward.Infer([inputs[0], new TensorType(ElementType.Float32, Weights)])[0], inputs[1]);
        return [new TensorType(ElementType.Float32, Weights), TensorType.Real(Weights[0])];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var g = Forward.Geometry(inputs[0].Shape, Weights);
        return new OperatorCost(g.OutputLength * ((2L * g.Depth) + 1), Traffic(inputs, outputs));
    }
}
