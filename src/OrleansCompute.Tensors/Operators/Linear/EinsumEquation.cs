using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// An equation of Einstein's sum convention, such as bij,bjk->bik: a term of letters per operand, one letter per dimension, equal letters
/// for dimensions that run together; letters that the result leaves out are summed over. "..." stands for any dimensions, broadcast.
/// Without "->" the result has the letters that occur once, in alphabetical order, after "...". Immutable.
/// </summary>
public sealed class EinsumEquation
{
    private const int MaxLength = 1024;
    private readonly string[] _terms;

    private EinsumEquation(string[] terms, string result)
    {
        _terms = terms;
        Result = result;
    }

    /// <summary>The term of each operand, "." standing for "...".</summary>
    public IReadOnlyList<string> Terms => _terms;

    /// <summary>The term of the result, "." standing for "...".</summary>
    public string Result { get; }

    /// <summary>Reads an equation.</summary>
    /// <exception cref="FormatException">It is malformed; the message names it and the place.</exception>
    public static EinsumEquation Parse(string equation)
    {
        ArgumentNullException.ThrowIfNull(equation);
        if (equation.Length > MaxLength)
        {
            throw new FormatException($"Einsum: the equation has {equation.Length} characters; allowed up to {MaxLength}.");
        }

        var text = equation.Replace(" ", "", StringComparison.Ordinal).Replace("...", ".", StringComparison.Ordinal);
        var sides = text.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Concat(sides[1..]).Any(term => term.Count(c => c == '.') > 1 || term.Any(c => c != '.' && !char.IsAsciiLetter(c))))
        {
            throw new FormatException($"Einsum: equation '{equation}' is malformed; it needs terms of letters and at most one '...' each, such as bij,bjk->bik.");
        }

        var all = string.Concat(terms);
        var result = sides.Length == 2 ? sides[1] : (all.Contains('.', StringComparison.Ordinal) ? "." : "")
            + string.Concat(all.Where(char.IsAsciiLetter).GroupBy(c => c).Where(group => group.Count() == 1).Select(group => group.Key).Order());
        return result.Except(all).Any()
            ? throw new FormatException($"Einsum: equation '{equation}' has letters in the result that are in no operand.")
            : new EinsumEquation(terms, result);
    }

    /// <summary>
    /// Numbers the dimensions: for each operand, and last for the result, the index that each dimension runs with; and the size of each
    /// index. A dimension of size 1 that is broadcast runs with its index too: it stays at 0.
    /// </summary>
    /// <param name="shapes">Static shapes of the operands.</param>
    /// <exception cref="ShapeMismatchException">A shape does not fit its term, or sizes of one letter differ.</exception>
    public (int[][] Indices, int[] Sizes) Bind(IReadOnlyList<Shape> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (shapes.Count != _terms.Length)
        {
            throw new ShapeMismatchException($"Einsum: equation {this} has {_terms.Length} operands; {shapes.Count} were given.");
        }

        var hidden = Enumerable.Range(0, shapes.Count).Select(i => Hidden(i, shapes[i])).ToArray();
        var ellipsis = hidden.Max();
        var letters = new Dictionary<char, int>();
        var sizes = new List<int>(Enumerable.Repeat(1, ellipsis));
        var indices = new int[shapes.Count + 1][];
        for (var operand = 0; operand < shapes.Count; operand++)
        {
            var places = new List<int>();
            foreach (var letter in _terms[operand])
            {
                if (letter == '.')
                {
                    for (var i = ellipsis - hidden[operand]; i < ellipsis; i++)
                    {
                        Unite(sizes, i, shapes[operand][places.Count], "...", mayRepeat: true);
                        places.Add(i);
                    }

                    continue;
                }

                var size = shapes[operand][places.Count];
                if (!letters.TryGetValue(letter, out var index))
                {
                    letters[letter] = index = sizes.Count;
                    sizes.Add(size);
                }

                Unite(sizes, index, size, $"{letter}", mayRepeat: false);
                places.Add(index);
            }

            indices[operand] = [.. places];
        }

        indices[^1] = [.. Result.SelectMany(letter => letter == '.' ? Enumerable.Range(0, ellipsis) : [letters[letter]])];
        return (indices, [.. sizes]);
    }

    /// <summary>The equation, with its result.</summary>
    public override string ToString() => $"{string.Join(',', _terms)}->{Result}".Replace(".", "...", StringComparison.Ordinal);

    private int Hidden(int operand, Shape shape)
    {
        var term = _terms[operand];
        var letters = term.Count(char.IsAsciiLetter);
        return term.Contains('.', StringComparison.Ordinal) ? shape.Rank >= letters ? shape.Rank - letters : throw NoFit()
            : shape.Rank == letters ? 0 : throw NoFit();

        ShapeMismatchException NoFit() => new($"Einsum: operand {operand} of equation {this} has shape {shape}; its number of dimensions does not fit.");
    }

    private void Unite(List<int> sizes, int index, int size, string letter, bool mayRepeat)
    {
        if (sizes[index] != size && !(mayRepeat && (size == 1 || sizes[index] == 1)))
        {
            throw new ShapeMismatchException($"Einsum: in equation {this} dimension {letter} has sizes {sizes[index]} and {size}; they must be equal.");
        }

        sizes[index] = sizes[index] == 1 ? size : sizes[index];
    }
}
