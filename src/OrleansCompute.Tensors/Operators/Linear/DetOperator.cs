using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Determinant of square matrices: [..., M, M] gives [...].</summary>
public sealed record DetOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Det";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 2, Shape.MaxRank);
        return shape[shape.Rank - 1] == shape[shape.Rank - 2]
            ? [inputs[0] with { Shape = new Shape(shape.Dimensions[..^2]) }]
            : throw new ShapeMismatchException($"{Name}: the input has shape {shape}; its last two sizes must be equal.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new DetGradientOperator(), context.Input(0), context.OutputGradient)[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        var shape = inputs[0]!.Shape;
        return new OperatorCost(2L * shape.Elements * shape[shape.Rank - 1] / 3, Traffic(inputs, outputs));
    }
}
