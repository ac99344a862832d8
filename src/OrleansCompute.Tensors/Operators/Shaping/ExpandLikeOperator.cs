using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The first input repeated by the broadcasting rules to the shape of the second, of which only the shape is used.</summary>
public sealed record ExpandLikeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "ExpandLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        return Broadcasting.Common(inputs[0].Shape, inputs[1].Shape, Name).Equals(inputs[1].Shape)
            ? [inputs[0] with { Shape = inputs[1].Shape }]
            : throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} does not broadcast to {inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new SumToLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
