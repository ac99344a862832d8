using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Sizes of a batched matrix product, for shape rules and kernels. Immutable.</summary>
/// <param name="LeftBatch">Dimensions of the left operand before its matrices.</param>
/// <param name="RightBatch">Dimensions of the right operand before its matrices.</param>
/// <param name="Batch">Both, broadcast.</param>
/// <param name="Rows">M.</param>
/// <param name="Inner">K.</param>
/// <param name="Columns">N.</param>
/// <param name="Result">Shape of the result, without the dimension of a vector.</param>
public sealed record MatrixProduct(Shape LeftBatch, Shape RightBatch, Shape Batch, int Rows, int Inner, int Columns, Shape Result)
{
    /// <summary>Two per multiply-add.</summary>
    public long Flops => 2L * Batch.Elements * Rows * Inner * Columns;

    /// <summary>Sizes of the product of two shapes.</summary>
    /// <param name="left">Static shape [..., M, K], or [K].</param>
    /// <param name="right">Static shape [..., K, N], or [K].</param>
    /// <param name="transposesLeft">Whether it is [..., K, M] instead.</param>
    /// <param name="transposesRight">Whether it is [..., N, K] instead.</param>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit; the message names both.</exception>
    public static MatrixProduct Of(Shape left, Shape right, bool transposesLeft, bool transposesRight, string user)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank < 1 || right.Rank < 1 || (transposesLeft && left.Rank < 2) || (transposesRight && right.Rank < 2))
        {
            throw new ShapeMismatchException($"{user}: shapes {left} x {right}; each must have at least 1 dimension, at least 2 to be transposed.");
        }

        bool isRow = left.Rank == 1, isColumn = right.Rank == 1;
        var (rows, inner) = isRow ? (1, left[0]) : transposesLeft ? (left[left.Rank - 1], left[left.Rank - 2]) : (left[left.Rank - 2], left[left.Rank - 1]);
        var (rightInner, columns) = isColumn ? (right[0], 1) : transposesRight ? (right[right.Rank - 1], right[right.Rank - 2]) : (right[right.Rank - 2], right[right.Rank - 1]);
        if (inner != rightInner)
        {
            throw new ShapeMismatchException(
                $"{user}: shapes {left}{(transposesLeft ? " transposed" : "")} x {right}{(transposesRight ? " transposed" : "")}; the inner sizes are {inner} and {rightInner} and must be equal.");
        }

        Shape leftBatch = new(left.Dimensions[..Math.Max(0, left.Rank - 2)]), rightBatch = new(right.Dimensions[..Math.Max(0, right.Rank - 2)]);
        var batch = Broadcasting.Common(leftBatch, rightBatch, user);
        List<int> sizes = [.. batch.Dimensions];
        if (!isRow)
        {
            sizes.Add(rows);
        }

        if (!isColumn)
        {
            sizes.Add(columns);
        }

        return new MatrixProduct(leftBatch, rightBatch, batch, rows, inner, columns, new Shape([.. sizes]));
    }
}
