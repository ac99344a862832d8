using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Inserts dimensions of size 1, at places counted in the result: those of the second input (int64) or of the attribute.</summary>
/// <param name="Axes">Dimensions, as opsets before 13 have them; null: from the second input.</param>
public sealed record UnsqueezeOperator(IntList? Axes = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Unsqueeze";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => AttributeTensors.Of((1, Axes));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(Axes is null ? 2 : 1)[0].Shape;
        var count = Axes?.Count ?? inputs[1].Shape.Elements;
        if (count > Shape.MaxRank - shape.Rank)
        {
            throw new ShapeMismatchException($"{Name}: {shape} and {count} more dimensions; allowed {Shape.MaxRank} together.");
        }

        var result = new int[shape.Rank + count];
        Array.Fill(result, Shape.Any);
        if ((Axes?.ToArray() ?? inputs.SmallNumbers(1)) is { } axes)
        {
            var extent = new Shape(IntList.Repeat(1, result.Length).AsSpan());
            foreach (var axis in axes.Select(axis => extent.Axis(axis, Name)))
            {
                result[axis] = result[axis] == Shape.Any ? 1 : throw new ShapeMismatchException($"{Name}: axes [{string.Join(", ", axes)}] name a dimension twice.");
            }

            var next = 0;
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = result[i] == Shape.Any ? shape[next++] : 1;
            }
        }

        return [inputs[0] with { Shape = new Shape(result) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ReshapeLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
