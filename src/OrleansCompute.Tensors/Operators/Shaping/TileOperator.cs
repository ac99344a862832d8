using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The first input repeated as a whole, along each dimension as often as the second input (int64) says.</summary>
public sealed record TileOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Tile";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2)[0].Shape;
        if (inputs[1].Shape.Elements != shape.Rank)
        {
            throw new ShapeMismatchException($"{Name}: {inputs[1].Shape.Elements} repeats for shape {shape}; one for each dimension is needed.");
        }

        var sizes = new int[shape.Rank];
        Array.Fill(sizes, Shape.Any);
        if (inputs.Numbers(1) is { } repeats)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                sizes[i] = repeats[i] >= 0 && (shape[i] == 0 || repeats[i] <= int.MaxValue / shape[i])
                    ? (int)(shape[i] == 0 ? 0 : shape[i] * repeats[i])
                    : throw new ShapeMismatchException($"{Name}: dimension {i} of {shape} repeated {repeats[i]} times; allowed 0 or more, and {int.MaxValue} elements.");
            }
        }

        return [inputs[0] with { Shape = new Shape(sizes) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new TileGradientOperator(), context.OutputGradient, context.Input(0))[0]);
}
