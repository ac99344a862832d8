using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Repeats [C] to the shape [N, C, …] of the second input, of which only the shape is used.</summary>
public sealed record ChannelExpandLikeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "ChannelExpandLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2).RequireRank(1, 2, Shape.MaxRank);
        return inputs[0].Shape.Equals(new Shape(shape[1]))
            ? [inputs[0] with { Shape = shape }]
            : throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} does not fit the channels of {shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ChannelSumOperator(), context.OutputGradient)[0]);
}
