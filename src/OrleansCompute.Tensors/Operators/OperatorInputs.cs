using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators;

/// <summary>What a shape rule sees of the inputs: static types, and the values of constants. Immutable.</summary>
/// <param name="user">The operator, for messages.</param>
/// <param name="types">Types; null where an optional input is left out.</param>
/// <param name="constants">Host tensors where the value is known before the graph runs, else null; may be shorter than the types.</param>
public sealed class OperatorInputs(Operator user, IReadOnlyList<TensorType?> types, IReadOnlyList<Tensor?> constants)
{
    /// <summary>Number of inputs, with those left out in between.</summary>
    public int Count => types.Count;

    /// <summary>Type of an input that must be there.</summary>
    /// <exception cref="ShapeMismatchException">It is left out.</exception>
    public TensorType this[int index] => index < types.Count && types[index] is { } type
        ? type
        : throw new ShapeMismatchException($"{user.Name}: input {index} is missing.");

    /// <summary>Whether an optional input is there.</summary>
    public bool Has(int index) => index < types.Count && types[index] is not null;

    /// <summary>Value of an input if it is constant, else null.</summary>
    public Tensor? Constant(int index) => index < constants.Count ? constants[index] : null;

    /// <summary>Checks the number of inputs.</summary>
    /// <param name="least">Fewest.</param>
    /// <param name="most">Most; default: as the least.</param>
    /// <exception cref="ShapeMismatchException">There are fewer or more.</exception>
    public OperatorInputs RequireCount(int least, int most = -1)
    {
        most = Math.Max(least, most);
        return types.Count >= least && types.Count <= most
            ? this
            : throw new ShapeMismatchException($"{user.Name} has {types.Count} inputs; it takes {least}{(most > least ? $" to {most}" : "")}.");
    }

    /// <summary>Checks that inputs have the same element type.</summary>
    /// <exception cref="ShapeMismatchException">They differ; the message names both.</exception>
    public ElementType RequireSameElementType(params ReadOnlySpan<int> indices)
    {
        var first = this[indices[0]].ElementType;
        foreach (var index in indices)
        {
            if (this[index].ElementType != first)
            {
                throw new ShapeMismatchException(
                    $"{user.Name}: input {indices[0]} is {this[indices[0]]}, input {index} is {this[index]}; the element types must be equal: put a Cast before it.");
            }
        }

        return first;
    }

    /// <summary>Checks the element type of an input that may be left out.</summary>
    /// <param name="index">The input.</param>
    /// <param name="allowed">What it may be.</param>
    /// <exception cref="ShapeMismatchException">It is another; the message names both.</exception>
    public OperatorInputs RequireElementType(int index, params ReadOnlySpan<ElementType> allowed) => !Has(index) || allowed.Contains(this[index].ElementType)
        ? this
        : throw new ShapeMismatchException($"{user.Name}: input {index} is {this[index]}; it must be {string.Join(" or ", allowed.ToArray())}.");

    /// <summary>Checks the rank of an input.</summary>
    /// <param name="index">The input.</param>
    /// <param name="least">Smallest rank.</param>
    /// <param name="most">Largest rank; default: as the smallest.</param>
    /// <exception cref="ShapeMismatchException">The rank is outside the range.</exception>
    public Shape RequireRank(int index, int least, int most = -1)
    {
        most = Math.Max(least, most);
        var shape = this[index].Shape;
        return shape.Rank >= least && shape.Rank <= most
            ? shape
            : throw new ShapeMismatchException(
                $"{user.Name}: input {index} has shape {shape}; it must have {least}{(most > least ? $" to {most}" : "")} dimensions.");
    }
}
