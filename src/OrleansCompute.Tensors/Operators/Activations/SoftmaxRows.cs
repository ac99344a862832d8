using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>
/// How softmax and its relatives see a tensor: as [outer, length, inner], each of the outer * inner rows of its own. With inner = 1 rows
/// are contiguous.
/// </summary>
/// <param name="Outer">Product of the sizes before the axis.</param>
/// <param name="Length">Elements of a row.</param>
/// <param name="Inner">Product of the sizes after the axis: the distance of a row's elements.</param>
public readonly record struct SoftmaxRows(int Outer, int Length, int Inner)
{
    /// <summary>The rows of a shape.</summary>
    /// <param name="shape">Static shape.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="isFlat">Whether a row goes over all dimensions from the axis on.</param>
    public static SoftmaxRows Of(Shape shape, int axis, bool isFlat)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank == 0)
        {
            return new SoftmaxRows(1, 1, 1);
        }

        axis = isFlat && axis == shape.Rank ? axis : shape.Axis(axis, "Softmax");
        return isFlat
            ? new SoftmaxRows(shape.Product(0, axis), shape.Product(axis, shape.Rank), 1)
            : new SoftmaxRows(shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));
    }

    /// <summary>The form before opset 13 by today's: the input seen as a matrix and back.</summary>
    internal static IReadOnlyList<GraphValue> Expand(GraphBuilder target, GraphValue x, int axis, Operator rows)
    {
        var result = target.Apply(rows, target.Apply(new FlattenOperator(axis), x)[0]);
        return target.Apply(new ReshapeOperator(), result[0], target.Apply(new ShapeOperator(), x)[0]);
    }

    internal static TensorType Check(OperatorInputs inputs, string user, int axis, bool isFlat)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var type = inputs.RequireCount(1)[0];
        if (!type.ElementType.IsFloatingPoint())
        {
            throw new ShapeMismatchException($"{user}: the input is {type}; its elements must be floating-point numbers.");
        }

        if (type.Shape.Rank > 0 && !(isFlat && axis == type.Shape.Rank))
        {
            _ = type.Shape.Axis(axis, user);
        }

        return type;
    }
}
