using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Sum of two tensors of one shape, or of a matrix and a vector that is added to each row.</summary>
public sealed record AddOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Add";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        Shape left = inputs[0].Shape, right = inputs[1].Shape;
        if (inputs[0] != inputs[1] && !(left.Rank == 2 && right.Rank == 1 && left[1] == right[0]))
        {
            throw new ShapeMismatchException(
                $"Add: shapes {left} and {right} do not fit; allowed are equal shapes, or a matrix and a vector as long as its rows.");
        }

        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.OutputGradient);
        }

        if (context.Needs(1))
        {
            var isRowVector = context.Input(1).Type != context.Input(0).Type;
            context.Give(1, isRowVector ? context.Apply(new ColumnSumOperator(), context.OutputGradient)[0] : context.OutputGradient);
        }
    }
}
