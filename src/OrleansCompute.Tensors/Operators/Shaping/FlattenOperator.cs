using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Two dimensions: the product of those before the axis, and that of those from it on.</summary>
/// <param name="Axis">-Rank to Rank.</param>
public sealed record FlattenOperator(int Axis = 1) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Flatten";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1)[0].Shape;
        var axis = Axis == shape.Rank ? Axis : Math.Abs((long)Axis) <= shape.Rank ? (Axis + shape.Rank) % Math.Max(shape.Rank, 1)
            : throw new ShapeMismatchException($"{Name}: axis is {Axis}; allowed for shape {shape}: {-shape.Rank} to {shape.Rank}.");
        return [inputs[0] with { Shape = new Shape(shape.Product(0, axis), shape.Product(axis, shape.Rank)) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ReshapeLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
