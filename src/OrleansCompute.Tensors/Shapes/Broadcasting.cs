namespace OrleansCompute.Tensors.Shapes;

/// <summary>The broadcasting rules of NumPy and ONNX. Thread-safe.</summary>
public static class Broadcasting
{
    /// <summary>
    /// The common shape: aligned at the last dimension, sizes must be equal or one of them 1; missing dimensions count as 1.
    /// </summary>
    /// <param name="left">Static shape.</param>
    /// <param name="right">Static shape.</param>
    /// <param name="user">Name of the operator, for the message.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit; the message names both.</exception>
    public static Shape Common(Shape left, Shape right, string user)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Equals(right))
        {
            return left;
        }

        var sizes = new int[Math.Max(left.Rank, right.Rank)];
        for (var i = 1; i <= sizes.Length; i++)
        {
            int a = i <= left.Rank ? left[left.Rank - i] : 1, b = i <= right.Rank ? right[right.Rank - i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                throw new ShapeMismatchException(
                    $"{user}: shapes {left} and {right} cannot be broadcast together: sizes {a} and {b} in dimension {sizes.Length - i}; they must be equal or one of them 1.");
            }

            sizes[^i] = a == 1 ? b : a;
        }

        return new Shape(sizes);
    }

    /// <summary>Strides of a tensor seen with a larger shape: 0 where it is repeated.</summary>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="strides">Its strides, in elements.</param>
    /// <param name="target">The common shape.</param>
    public static int[] Strides(Shape shape, ReadOnlySpan<int> strides, Shape target)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(target);
        var result = new int[target.Rank];
        for (var i = 1; i <= shape.Rank; i++)
        {
            result[^i] = shape[shape.Rank - i] == 1 ? 0 : strides[shape.Rank - i];
        }

        return result;
    }
}
