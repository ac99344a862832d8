using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Gradient of <see cref="ResizeOperator"/>: (dy, x, then the other inputs); each dy goes to the inputs by their weights. Of x only the shape is used.</summary>
/// <param name="Forward">The resize.</param>
public sealed record ResizeGradientOperator(ResizeOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ResizeGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 5);
        if (Forward.Plan(inputs[1].Shape, inputs, 2) is { } plan && !inputs[0].Shape.Equals(new Shape(Array.ConvertAll(plan, axis => axis.OutputSize))))
        {
            throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} is not the shape of {inputs[1].Shape} resized.");
        }

        return [inputs[0] with { Shape = inputs[1].Shape }];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        Forward.Cost([outputs[0]], [inputs[0]!]);
}
