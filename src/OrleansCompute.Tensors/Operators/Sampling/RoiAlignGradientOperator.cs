using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Gradient of <see cref="RoiAlignOperator"/>: (dy, image, regions, images) give those of the image and of the regions' corners; the number of
/// samples counts as fixed.
/// </summary>
/// <param name="Forward">The pooling.</param>
public sealed record RoiAlignGradientOperator(RoiAlignOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RoiAlignGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4);
        var y = Forward.Infer(new OperatorInputs(this, [inputs[1], inputs[2], inputs[3]], []))[0];
        return inputs[0].Shape.Equals(y.Shape)
            ? [inputs[1], inputs[2]]
            : throw new ShapeMismatchException($"{Name}: dy is {inputs[0]}; of {inputs[2]} in {inputs[1]} it must have shape {y.Shape}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(3 * Forward.Cost([inputs[1], inputs[2], inputs[3]], [inputs[0]!]).Flops, Traffic(inputs, outputs));
}
