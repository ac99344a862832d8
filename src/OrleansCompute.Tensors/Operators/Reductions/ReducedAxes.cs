using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>Which dimensions a reduction takes away. Thread-safe.</summary>
public static class ReducedAxes
{
    /// <summary>For each dimension whether it is reduced.</summary>
    /// <param name="shape">Static shape.</param>
    /// <param name="axes">Dimensions, negative from the end; null or empty: all, or none.</param>
    /// <param name="isNoopWithoutAxes">Whether no axes means none.</param>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <exception cref="ShapeMismatchException">An axis is outside the shape, or named twice.</exception>
    public static bool[] Of(Shape shape, ReadOnlySpan<int> axes, bool isNoopWithoutAxes, string user)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var reduced = new bool[shape.Rank];
        if (axes.IsEmpty)
        {
            Array.Fill(reduced, !isNoopWithoutAxes);
            return reduced;
        }

        foreach (var axis in axes)
        {
            ref var isReduced = ref reduced[shape.Axis(axis, user)];
            isReduced = !isReduced ? true
                : throw new ShapeMismatchException($"{user}: axis {axis} of {shape} is named twice in [{string.Join(", ", axes.ToArray())}].");
        }

        return reduced;
    }

    /// <summary>The shape that is left.</summary>
    /// <param name="shape">Static shape.</param>
    /// <param name="reduced">Its dimensions that are reduced.</param>
    /// <param name="keepsDimensions">Whether these stay, with size 1.</param>
    public static Shape Result(Shape shape, ReadOnlySpan<bool> reduced, bool keepsDimensions)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var sizes = new List<int>();
        for (var i = 0; i < shape.Rank; i++)
        {
            if (!reduced[i] || keepsDimensions)
            {
                sizes.Add(reduced[i] ? 1 : shape[i]);
            }
        }

        return new Shape([.. sizes]);
    }

    internal static Shape Infer(OperatorInputs inputs, int axesInput, IntList? axes, bool keepsDimensions, bool isNoopWithoutAxes, string user)
    {
        var shape = inputs[0].Shape;
        if (inputs.Has(axesInput) && inputs.Constant(axesInput) is null)
        {
            var sizes = new int[shape.Rank];
            Array.Fill(sizes, Shape.Any);
            return keepsDimensions ? new Shape(sizes) : Shape.Unknown;
        }

        var given = inputs.SmallNumbers(axesInput) ?? axes?.ToArray() ?? [];
        return Result(shape, Of(shape, given, isNoopWithoutAxes, user), keepsDimensions);
    }

    internal static OperatorAttributes Attributes(IntList? axes, bool keepsDimensions, bool isNoopWithoutAxes)
    {
        var attributes = OperatorAttributes.Empty.With("axes", axes?.ToArray()).With("keepdims", keepsDimensions);
        return isNoopWithoutAxes ? attributes.With("noop_with_empty_axes", true) : attributes;
    }
}
