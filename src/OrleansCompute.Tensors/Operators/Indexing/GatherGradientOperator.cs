using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>
/// Adds each slice of dy to the slice of zeros that its index names: (dy, indices, x); of x only the shape is used. The gradient of an
/// embedding, dense.
/// </summary>
/// <param name="Axis">That of the <see cref="GatherOperator"/>.</param>
public sealed record GatherGradientOperator(int Axis = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GatherGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(3)[2].Shape;
        var axis = shape.Axis(Axis, Name);
        IndexChecks.RequireIndices(Name, inputs, 1);
        var expected = new Shape([.. shape.Dimensions[..axis], .. inputs[1].Shape.Dimensions, .. shape.Dimensions[(axis + 1)..]]);
        return inputs[0].Shape.Equals(expected)
            ? [inputs[0] with { Shape = shape }]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}; it must be {expected}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new GatherOperator(Axis), context.OutputGradient, context.Input(1))[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic([inputs[0], inputs[1]], outputs));
}
