using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>The slices of x for which the condition (bool, one dimension) is true; slices beyond its end are left out.</summary>
/// <param name="Axis">The dimension; null: of all elements in order.</param>
public sealed record CompressOperator(int? Axis = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Compress";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        inputs.RequireRank(1, 1);
        return inputs[1].ElementType != ElementType.Bool
            ? throw new ShapeMismatchException($"{Name}: the condition is {inputs[1]}; it must be Bool.")
            : [inputs[0] with { Shape = Axis is { } axis ? inputs[0].Shape.With(inputs[0].Shape.Axis(axis, Name), Shape.Any) : new Shape(Shape.Any) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new CompressGradientOperator(Axis), context.OutputGradient, context.Input(1), context.Input(0))[0]);
        }
    }
}
