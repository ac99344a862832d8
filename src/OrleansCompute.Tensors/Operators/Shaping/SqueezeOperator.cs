using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Drops dimensions of size 1: those of the optional second input (int64) or of the attribute, or all of them.</summary>
/// <param name="Axes">Dimensions, as opsets before 13 have them; null: from the second input.</param>
public sealed record SqueezeOperator(IntList? Axes = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Squeeze";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => AttributeTensors.Of((1, Axes));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1, 2)[0].Shape;
        if (inputs.Has(1) && inputs.SmallNumbers(1) is null)
        {
            return [inputs[0] with { Shape = new Shape(IntList.Repeat(Shape.Any, Math.Max(0, shape.Rank - inputs[1].Shape.Elements)).AsSpan()) }];
        }

        var axes = (inputs.SmallNumbers(1) ?? Axes?.ToArray())?.Select(axis => shape.Axis(axis, Name)).ToHashSet();
        if (axes?.FirstOrDefault(axis => shape[axis] != 1, -1) is { } wrong and >= 0)
        {
            throw new ShapeMismatchException($"{Name}: dimension {wrong} of {shape} is not 1.");
        }

        return [inputs[0] with { Shape = new Shape([.. Enumerable.Range(0, shape.Rank).Where(i => axes is null ? shape[i] != 1 : !axes.Contains(i)).Select(i => shape[i])]) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ReshapeLikeOperator(), context.OutputGradient, context.Input(0))[0]);
}
