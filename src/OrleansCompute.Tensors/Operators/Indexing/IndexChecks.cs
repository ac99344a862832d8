using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Checks that operators with indices share.</summary>
internal static class IndexChecks
{
    /// <summary>Checks the element type of an input with indices.</summary>
    /// <exception cref="ShapeMismatchException">It is neither int32 nor int64.</exception>
    public static void RequireIndices(string name, OperatorInputs inputs, int index)
    {
        if (inputs[index].ElementType is not (ElementType.Int32 or ElementType.Int64))
        {
            throw new ShapeMismatchException($"{name}: input {index} is {inputs[index]}; indices must be Int32 or Int64.");
        }
    }

    /// <summary>An index that may count from the end as one from 0.</summary>
    /// <exception cref="ShapeMismatchException">It is outside the dimension.</exception>
    public static int Normalize(string name, Int128 index, int size) => index >= -size && index < size
        ? (int)(index < 0 ? index + size : index)
        : throw new ShapeMismatchException($"{name}: an index is {index}; allowed {-size} to {size - 1}.");
}
