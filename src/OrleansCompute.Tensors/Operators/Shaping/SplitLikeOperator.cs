using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Cuts the first input into parts with the shapes of the others, of which only the shapes are used: the gradient of <see cref="ConcatOperator"/>.</summary>
/// <param name="Axis">-Rank to Rank - 1.</param>
/// <param name="Parts">Number of parts.</param>
public sealed record SplitLikeOperator(int Axis, int Parts) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SplitLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => Parts;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(Parts + 1);
        var shape = inputs[0].Shape;
        var axis = shape.Axis(Axis, Name);
        long sum = 0;
        var parts = new TensorType[Parts];
        for (var i = 0; i < Parts; i++)
        {
            var part = inputs[i + 1].Shape;
            sum += part.Rank == shape.Rank && part.With(axis, 0).Equals(shape.With(axis, 0)) ? part[axis] : int.MaxValue;
            parts[i] = inputs[0] with { Shape = part };
        }

        return sum == shape[axis] ? parts : throw new ShapeMismatchException(
            $"{Name}: {shape} cannot be cut along dimension {axis} into {string.Join(", ", parts.Select(part => part.Shape))}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ConcatOperator(Axis), [.. Enumerable.Range(0, Parts).Select(context.Gradient)])[0]);
}
