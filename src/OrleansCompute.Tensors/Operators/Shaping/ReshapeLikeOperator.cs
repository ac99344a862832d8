using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The elements of the first input with the shape of the second, of which only the shape is used. What gradients of shape operators are made of.</summary>
public sealed record ReshapeLikeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "ReshapeLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        return inputs[0].Shape.Elements == inputs[1].Shape.Elements
            ? [inputs[0] with { Shape = inputs[1].Shape }]
            : throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} has {inputs[0].Shape.Elements} elements, {inputs[1].Shape} has {inputs[1].Shape.Elements}; they must be equal.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ReshapeLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
