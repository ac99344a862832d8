using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>Checks that normalisations share.</summary>
internal static class NormalisationShapes
{
    public static void RequireVector(OperatorInputs inputs, int index, int length, string user)
    {
        var shape = inputs[index].Shape;
        if (shape.Rank != 1 || shape[0] != length)
        {
            throw new ShapeMismatchException($"{user}: input {index} has shape {shape}; it must be [{length}], one number per channel of {inputs[0].Shape}.");
        }
    }

    /// <summary>Statistics need elements.</summary>
    /// <exception cref="ShapeMismatchException">There are statistics, but nothing to make them of.</exception>
    public static void RequireElements(OperatorInputs inputs, TensorType statistics, string user)
    {
        if (inputs[0].Shape.Elements == 0 && statistics.Shape.Elements > 0)
        {
            throw new ShapeMismatchException($"{user}: x is {inputs[0]}; it must have elements for a mean and a variance.");
        }
    }

    /// <summary>Scales and biases are repeated to the shape of x.</summary>
    public static void RequireBroadcast(OperatorInputs inputs, int index, string user)
    {
        if (inputs.Has(index) && !Broadcasting.Common(inputs[0].Shape, inputs[index].Shape, user).Equals(inputs[0].Shape))
        {
            throw new ShapeMismatchException($"{user}: input {index} has shape {inputs[index].Shape}, which cannot be repeated to {inputs[0].Shape}.");
        }
    }

    /// <summary>Statistics come out for the gradient's sake and for running averages; nothing is differentiated through them.</summary>
    public static void RefuseStatistics(GradientContext context, Operator user)
    {
        for (var output = 1; output < user.OutputCount; output++)
        {
            if (context.HasGradient(output))
            {
                throw new NotSupportedException($"{user.Name}: output {output} is a statistic, which has no gradient; compute it with reductions instead.");
            }
        }
    }

    /// <summary>All dimensions from an axis on.</summary>
    /// <exception cref="NotSupportedException">Nobody knows how many there are.</exception>
    public static IntList AxesFrom(Shape shape, int axis, string user)
    {
        if (!shape.IsRankKnown)
        {
            throw new NotSupportedException($"{user}: no second derivative where the number of dimensions of x is known only at run time.");
        }

        var first = shape.Axis(axis, user);
        return IntList.Create([.. Enumerable.Range(first, shape.Rank - first)]);
    }

    /// <summary>Type of the statistics: float32, size 1 in the dimensions from the axis on.</summary>
    public static TensorType RowStatistics(Shape shape, int axis)
    {
        var sizes = shape.ToArray();
        Array.Fill(sizes, 1, axis, sizes.Length - axis);
        return new TensorType(ElementType.Float32, new Shape(sizes));
    }
}
