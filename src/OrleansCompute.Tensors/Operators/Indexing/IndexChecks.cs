using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>What operators with indices share.</summary>
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

    /// <summary>Checks that indices are not larger than what they point into, but for one dimension.</summary>
    /// <exception cref="ShapeMismatchException">They are.</exception>
    public static void RequireInside(string name, Shape indices, Shape x, int axis)
    {
        axis = x.Axis(axis, name);
        if (indices.Rank != x.Rank || Enumerable.Range(0, x.Rank).Any(i => i != axis && indices[i] > x[i]))
        {
            throw new ShapeMismatchException($"{name}: indices {indices} must have the rank of {x}, and be no larger but in dimension {axis}.");
        }
    }

    /// <summary>An index that may count from the end as one from 0.</summary>
    /// <exception cref="ShapeMismatchException">It is outside the dimension.</exception>
    public static int Normalize(string name, Int128 index, int size) => index >= -size && index < size
        ? (int)(index < 0 ? index + size : index)
        : throw new ShapeMismatchException($"{name}: an index is {index}; allowed {-size} to {size - 1}.");

    /// <summary>The reduction as ONNX writes it; null for none.</summary>
    public static string? Text(ScatterReduction reduction) => reduction switch
    {
        ScatterReduction.Add => "add",
        ScatterReduction.Mul => "mul",
        ScatterReduction.Min => "min",
        ScatterReduction.Max => "max",
        _ => null,
    };

    /// <summary>The reduction of a node.</summary>
    /// <exception cref="FormatException">ONNX has no such reduction.</exception>
    public static ScatterReduction Reduction(OperatorAttributes attributes) => attributes.Get("reduction", "none") switch
    {
        "none" => ScatterReduction.None,
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Mul,
        "min" => ScatterReduction.Min,
        "max" => ScatterReduction.Max,
        var other => throw new FormatException($"Attribute reduction is '{other}'; allowed: none, add, mul, min, max."),
    };
}
