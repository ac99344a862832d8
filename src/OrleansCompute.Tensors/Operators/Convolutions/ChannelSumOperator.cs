using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Sums [N, C, …] over all dimensions but the second to [C]: the gradient of a bias per channel.</summary>
public sealed record ChannelSumOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "ChannelSum";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 2, Shape.MaxRank);
        return [inputs[0] with { Shape = new Shape(shape[1]) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ChannelExpandLikeOperator(), context.OutputGradient, context.Input(0))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
}
