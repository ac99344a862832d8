using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The inputs one after another along a dimension; the other dimensions are equal.</summary>
/// <param name="Axis">-Rank to Rank - 1.</param>
public sealed record ConcatOperator(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Concat";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1, int.MaxValue);
        inputs.RequireSameElementType([.. Enumerable.Range(0, inputs.Count)]);
        var first = inputs[0].Shape;
        var axis = first.Axis(Axis, Name);
        long sum = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var shape = inputs[i].Shape;
            if (shape.Rank != first.Rank || !shape.With(axis, 0).Equals(first.With(axis, 0)))
            {
                throw new ShapeMismatchException($"{Name}: input 0 is {first}, input {i} is {shape}; they may differ in dimension {axis} only.");
            }

            sum += shape[axis];
        }

        return sum <= int.MaxValue
            ? [inputs[0] with { Shape = first.With(axis, (int)sum) }]
            : throw new ShapeMismatchException($"{Name}: dimension {axis} of the result would have {sum} elements; allowed up to {int.MaxValue}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.InputCount == 1)
        {
            context.Give(0, context.OutputGradient);
            return;
        }

        var parts = context.Apply(
            new SplitLikeOperator(Axis, context.InputCount), [context.OutputGradient, .. Enumerable.Range(0, context.InputCount).Select(context.Input)]);
        for (var i = 0; i < parts.Count; i++)
        {
            context.Give(i, parts[i]);
        }
    }
}
