using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// Cuts the first input along a dimension, into the sizes of the optional second input (int64) or of the attribute, or into equal parts,
/// of which the last may be smaller.
/// </summary>
/// <param name="Parts">Number of parts, 1 or more.</param>
/// <param name="Axis">-Rank to Rank - 1.</param>
/// <param name="Sizes">Sizes of the parts, as opsets before 13 have them.</param>
public sealed record SplitOperator(int Parts, int Axis = 0, IntList? Sizes = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Split";

    /// <inheritdoc/>
    public override int OutputCount => Parts;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => AttributeTensors.Of((1, Sizes));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1, 2)[0].Shape;
        var axis = shape.Axis(Axis, Name);
        var sizes = inputs.SmallNumbers(1) ?? Sizes?.ToArray();
        if (sizes is null && inputs.Has(1))
        {
            sizes = new int[Parts];
            Array.Fill(sizes, Shape.Any);
        }
        else if (sizes is null)
        {
            var size = (int)((shape[axis] + (long)Parts - 1) / Parts);
            sizes = [.. Enumerable.Range(0, Parts).Select(i => (int)Math.Clamp(shape[axis] - ((long)i * size), 0, size))];
        }
        else if (sizes.Length != Parts || sizes.Any(size => size < 0) || sizes.Sum(size => (long)size) != shape[axis])
        {
            throw new ShapeMismatchException($"{Name}: sizes [{string.Join(", ", sizes)}] must be {Parts} numbers of 0 or more whose sum is dimension {axis} of {shape}.");
        }

        return [.. sizes.Select(size => inputs[0] with { Shape = shape.With(axis, size) })];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new ConcatOperator(Axis), [.. Enumerable.Range(0, Parts).Select(context.Gradient)])[0]);
}
