using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Sums of products by Einstein's convention, of one or more operands; see <see cref="EinsumEquation"/>.</summary>
/// <param name="Equation">For example bij,bjk->bik.</param>
public sealed record EinsumOperator(string Equation) : Operator
{
    /// <summary>The equation, read.</summary>
    public EinsumEquation Parsed => EinsumEquation.Parse(Equation);

    /// <inheritdoc/>
    public override string Name => "Einsum";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("equation", Equation);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1, int.MaxValue);
        var shapes = new List<Shape>();
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs.RequireSameElementType(0, i);
            shapes.Add(inputs[i].Shape);
        }

        var (indices, sizes) = Parsed.Bind(shapes);
        return [inputs[0] with { Shape = new Shape([.. indices[^1].Select(index => sizes[index])]) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var equation = Parsed;
        for (var input = 0; input < context.InputCount; input++)
        {
            if (!context.Needs(input))
            {
                continue;
            }

            var operand = input;
            int[] others = [.. Enumerable.Range(0, context.InputCount).Where(i => i != operand)];
            var term = equation.Terms[input];

            // Letters that only this operand has, diagonals and "..." need more than an einsum of the others.
            var isEinsum = term.Distinct().Count() == term.Length && !string.Concat(equation.Terms).Contains('.', StringComparison.Ordinal)
                && equation.Result.Distinct().Count() == equation.Result.Length
                && term.All(letter => equation.Result.Contains(letter, StringComparison.Ordinal) || others.Any(i => equation.Terms[i].Contains(letter, StringComparison.Ordinal)));
            context.Give(input, isEinsum
                ? context.Apply(
                    new EinsumOperator($"{string.Join(',', others.Select(i => equation.Terms[i]).Prepend(equation.Result))}->{term}"),
                    [context.OutputGradient, .. others.Select(context.Input)])[0]
                : context.Apply(
                    new EinsumGradientOperator(Equation, input),
                    [.. Enumerable.Range(0, context.InputCount).Select(context.Input), context.OutputGradient])[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        var (_, sizes) = Parsed.Bind([.. inputs.Select(input => input!.Shape)]);
        return new OperatorCost(sizes.Aggregate((long)inputs.Count, (product, size) => product * size), Traffic(inputs, outputs));
    }
}
