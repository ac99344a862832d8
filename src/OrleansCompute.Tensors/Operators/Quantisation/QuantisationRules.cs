using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>What the operators of this family share.</summary>
internal static class QuantisationRules
{
    /// <summary>The attributes as ONNX has them.</summary>
    public static OperatorAttributes Attributes(int axis, int blockSize) =>
        OperatorAttributes.Empty.With("axis", axis).With("block_size", blockSize == 0 ? null : blockSize);

    /// <summary>Checks scale and zero point of (x, scale, zero point).</summary>
    /// <exception cref="ShapeMismatchException">They do not fit x.</exception>
    public static void RequireScales(string name, OperatorInputs inputs, int quantisedAxis, int blockSize)
    {
        Shape x = inputs.RequireCount(2, 3)[0].Shape, scale = inputs[1].Shape;
        if (!inputs[1].ElementType.IsFloatingPoint() || (inputs.Has(2) && inputs[2].Shape.Elements != scale.Elements))
        {
            throw new ShapeMismatchException(
                $"{name}: scale {inputs[1]} must be of a floating-point type and have as many elements as the zero point{(inputs.Has(2) ? $" {inputs[2]}" : "")}.");
        }

        if (scale.Elements == 1 && blockSize == 0)
        {
            return;
        }

        var axis = x.Axis(quantisedAxis, name);
        var fits = blockSize == 0
            ? scale.Equals(new Shape(x[axis]))
            : blockSize > 0 && scale.Rank == x.Rank && scale.Equals(x.With(axis, (int)((x[axis] + (long)blockSize - 1) / blockSize)));
        if (!fits)
        {
            throw new ShapeMismatchException($"{name}: the scale is {scale}; for x {x}, axis {axis} and block size {blockSize} it must be a scalar or have one element for each slice or block.");
        }
    }

    /// <summary>Number of the scale of an element.</summary>
    public static int ScaleIndex(int index, Shape x, Shape scale, int quantisedAxis, int blockSize)
    {
        if (scale.Elements == 1)
        {
            return 0;
        }

        var axis = x.Axis(quantisedAxis, "axis");
        var inner = x.Product(axis + 1, x.Rank);
        var position = index / inner % x[axis];
        return blockSize == 0 ? position : (((index / inner / x[axis] * scale[axis]) + (position / blockSize)) * inner) + (index % inner);
    }
}
