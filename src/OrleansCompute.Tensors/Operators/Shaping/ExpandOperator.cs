using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The first input repeated to the shape that it and the second input (int64) have in common by the broadcasting rules.</summary>
public sealed record ExpandOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Expand";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        inputs.RequireRank(1, 1);
        var rank = Math.Max(inputs[0].Shape.Rank, inputs[1].Shape[0]);
        return [inputs[0] with
        {
            Shape = inputs.SmallNumbers(1) is { } sizes ? Broadcasting.Common(inputs[0].Shape, new Shape(sizes), Name)
                : rank <= Shape.MaxRank ? new Shape(IntList.Repeat(Shape.Any, rank).AsSpan()) : Shape.Unknown,
        }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new SumToLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
