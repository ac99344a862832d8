using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>
/// The different elements, or slices along a dimension; and int64: where each occurs first, which of them each element is, how often each
/// occurs.
/// </summary>
/// <param name="Axis">The dimension; null: of all elements in order.</param>
/// <param name="Sorted">Whether they are sorted, else in the order of their first occurrence.</param>
public sealed record UniqueOperator(int? Axis = null, bool Sorted = true) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Unique";

    /// <inheritdoc/>
    public override int OutputCount => 4;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("sorted", Sorted);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1)[0].Shape;
        var open = new TensorType(ElementType.Int64, new Shape(Shape.Any));
        var axis = Axis is { } given ? shape.Axis(given, Name) : -1;
        return
        [
            inputs[0] with { Shape = axis < 0 ? open.Shape : shape.With(axis, Shape.Any) },
            open,
            open with { Shape = new Shape(axis < 0 ? shape.Elements : shape[axis]) },
            open,
        ];
    }

    /// <summary>An element's gradient goes where the element occurs first.</summary>
    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            var x = Axis is null ? context.Reshape(context.Input(0), -1) : context.Input(0);
            var dx = context.Apply(new GatherGradientOperator(Axis ?? 0), context.OutputGradient, context.Output(1), x)[0];
            context.Give(0, Axis is null ? context.Apply(new ReshapeLikeOperator(), dx, context.Input(0))[0] : dx);
        }
    }
}
