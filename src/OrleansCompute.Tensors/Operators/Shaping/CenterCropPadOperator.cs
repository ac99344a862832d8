using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Cuts dimensions around their middle, or pads them with zeros on both sides, to the sizes of the second input (int64).</summary>
/// <param name="Axes">The dimensions; null: all.</param>
public sealed record CenterCropPadOperator(IntList? Axes = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "CenterCropPad";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axes", Axes?.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2)[0].Shape;
        var axes = Axes?.ToArray() ?? [.. Enumerable.Range(0, shape.Rank)];
        var sizes = inputs.SmallNumbers(1);
        if (inputs[1].Shape.Elements != axes.Length || sizes?.Any(size => size < 0) == true)
        {
            throw new ShapeMismatchException($"{Name}: the sizes {inputs[1]} must be {axes.Length} numbers of 0 or more, one for each dimension to change.");
        }

        var result = shape.ToArray();
        for (var i = 0; i < axes.Length; i++)
        {
            result[shape.Axis(axes[i], Name)] = sizes?[i] ?? Shape.Any;
        }

        return [inputs[0] with { Shape = new Shape(result) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            var sizes = context.Apply(new ShapeOperator(), context.Input(0))[0];
            sizes = Axes is null ? sizes : context.Apply(
                new GatherOperator(0), sizes, context.Constant(Tensor.Vector<long>([.. Axes.Select(axis => (long)axis)])))[0];
            context.Give(0, context.Apply(this, context.OutputGradient, sizes)[0]);
        }
    }
}
