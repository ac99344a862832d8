using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// Gradients of <see cref="PadOperator"/> from (dy, x, pads, value, axes): each dy goes to the element that its place was filled from; the
/// second output is the sum of those that went to the constant. Of x only the shape is used.
/// </summary>
/// <param name="Forward">The padding.</param>
public sealed record PadGradientOperator(PadOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "PadGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override bool HasGradient => Forward.Mode == PadMode.Constant && Forward.Pads is null;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2, 5)[1].Shape;
        if (Forward.Amounts(shape, inputs, 2) is { } amounts
            && !inputs[0].Shape.Equals(new Shape([.. amounts.Select((amount, i) => shape[i] + amount.Begin + amount.End)])))
        {
            throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} is not the shape of {shape} with these pads.");
        }

        return [inputs[0] with { Shape = shape }, inputs[0] with { Shape = Shape.Scalar }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(Forward, context.Gradient(0), context.OptionalInput(2), context.Gradient(1), context.OptionalInput(4))[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic([inputs[0]], outputs));
}
