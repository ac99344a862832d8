using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Gradient of <see cref="GridSampleOperator"/>: (dy, image, grid) give those of the image and of the grid. By the grid it is the slope
/// between the pixels; that of the nearest pixel, and outside where places are held at the border, is 0.
/// </summary>
/// <param name="Forward">The sampling.</param>
public sealed record GridSampleGradientOperator(GridSampleOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GridSampleGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3);
        var y = Forward.Infer(new OperatorInputs(this, [inputs[1], inputs[2]], []))[0];
        return inputs[0].Shape.Equals(y.Shape)
            ? [inputs[1], inputs[2]]
            : throw new ShapeMismatchException($"{Name}: dy is {inputs[0]}; of {inputs[1]} at {inputs[2]} it must have shape {y.Shape}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(3 * Forward.Cost([inputs[1], inputs[2]], [inputs[0]!]).Flops, Traffic(inputs, outputs));
}
