using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// Every step-th element from a start to before an end, along some dimensions: (x, starts, ends, optional axes, optional steps). Numbers
/// below 0 count from the end, numbers outside are cut to the dimension.
/// </summary>
/// <param name="Starts">As opsets before 10 have them; null: from the inputs.</param>
/// <param name="Ends">As opsets before 10 have them.</param>
/// <param name="Axes">As opsets before 10 have them; null: the first ones.</param>
public sealed record SliceOperator(IntList? Starts = null, IntList? Ends = null, IntList? Axes = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Slice";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => AttributeTensors.Of((1, Starts), (2, Ends), (3, Axes));

    /// <summary>For each dimension the first element, the number of elements and the step.</summary>
    /// <param name="shape">Static shape of what is cut.</param>
    /// <param name="inputs">The inputs; the starts are the second one, or later.</param>
    /// <param name="first">Number of the input with the starts.</param>
    /// <returns>Null when an input is not constant.</returns>
    /// <exception cref="ShapeMismatchException">The numbers do not fit the shape.</exception>
    internal (int Start, int Count, int Step)[]? Ranges(Shape shape, OperatorInputs inputs, int first)
    {
        long[]? Read(int index, IntList? attribute) =>
            attribute is null ? inputs.Numbers(first + index) : Array.ConvertAll(attribute.ToArray(), value => (long)value);
        long[]? starts = Read(0, Starts), ends = Read(1, Ends), axes = Read(2, Axes), steps = Read(3, null);
        if (starts is null || ends is null || (axes is null && inputs.Has(first + 2)) || (steps is null && inputs.Has(first + 3)))
        {
            return null;
        }

        if (ends.Length != starts.Length || (axes?.Length ?? starts.Length) != starts.Length || (steps?.Length ?? starts.Length) != starts.Length || starts.Length > shape.Rank)
        {
            throw new ShapeMismatchException($"{Name}: starts, ends, axes and steps must have equally many numbers, at most the {shape.Rank} of {shape}.");
        }

        var ranges = Array.ConvertAll(shape.ToArray(), size => (0, size, 1));
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = shape.Axis(axes?[i] ?? i, Name);
            ranges[axis] = Range(shape[axis], starts[i], ends[i], steps?[i] ?? 1);
        }

        return ranges;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(Starts is null ? 3 : 1, 5)[0].Shape;
        if (Ranges(shape, inputs, 1) is { } ranges)
        {
            return [inputs[0] with { Shape = new Shape(Array.ConvertAll(ranges, range => range.Count)) }];
        }

        var sizes = shape.ToArray();
        var axes = inputs.Numbers(3) ?? [.. Enumerable.Range(0, shape.Rank).Select(axis => (long)axis)];
        foreach (var axis in axes)
        {
            sizes[shape.Axis(axis, Name)] = Shape.Any;
        }

        return [inputs[0] with { Shape = new Shape(sizes) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.Apply(
        new SliceGradientOperator(this),
        [context.OutputGradient, context.Input(0), .. Enumerable.Range(1, context.InputCount - 1).Select(context.OptionalInput)])[0]);

    private (int Start, int Count, int Step) Range(int size, long start, long end, long step)
    {
        if (step is 0 or < -int.MaxValue)
        {
            throw new ShapeMismatchException($"{Name}: a step is {step}; allowed all but 0.");
        }

        step = Math.Min(step, int.MaxValue);
        long low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
        long from = Math.Clamp(start < 0 ? start + size : start, Math.Min(step > 0 ? 0 : 0, high), Math.Max(high, 0));
        long to = Math.Clamp(end < 0 ? end + size : end, low, Math.Max(high, low));
        from = step < 0 ? Math.Min(from, size - 1) : from;
        var count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
        return ((int)Math.Max(from, 0), size == 0 ? 0 : (int)Math.Max(count, 0), (int)step);
    }
}
