using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Matrix product of the last two dimensions, [..., M, K] x [..., K, N]; those before are broadcast. As in NumPy a vector on the left is a
/// row, on the right a column, and its dimension disappears from the result.
/// </summary>
/// <param name="TransposesLeft">Whether the left matrices are given as [..., K, M]; not for vectors.</param>
/// <param name="TransposesRight">Whether the right matrices are given as [..., N, K]; not for vectors.</param>
public sealed record MatMulOperator(bool TransposesLeft = false, bool TransposesRight = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MatMul";

    /// <inheritdoc/>
    public override string Domain => TransposesLeft || TransposesRight ? "oc" : "";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Domain.Length == 0
        ? OperatorAttributes.Empty
        : OperatorAttributes.Empty.With("transA", TransposesLeft).With("transB", TransposesRight);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        return [new TensorType(inputs.RequireSameElementType(0, 1), MatrixProduct.Of(inputs[0].Shape, inputs[1].Shape, TransposesLeft, TransposesRight, Name).Result)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs)
    {
        GraphValue Turned(GraphValue value, bool isTurned)
        {
            int[] order = [.. Enumerable.Range(0, value.Type.Shape.Rank)];
            if (isTurned && order.Length > 1)
            {
                (order[^1], order[^2]) = (order[^2], order[^1]);
            }

            return isTurned ? target.Transpose(value, order) : value;
        }

        return inputs.All(value => value is { Type.Shape.IsRankKnown: true })
            ? target.Apply(new MatMulOperator(), Turned(inputs[0]!, TransposesLeft), Turned(inputs[1]!, TransposesRight))
            : null;
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var (left, right, dy) = (context.Input(0), context.Input(1), context.OutputGradient);
        if ((left.Type.Shape.IsRankKnown && left.Type.Shape.Rank == 1) || (right.Type.Shape.IsRankKnown && right.Type.Shape.Rank == 1))
        {
            AppendVectorGradient(context, left, right, dy);
            return;
        }

        if (context.Needs(0))
        {
            context.GiveSummed(0, TransposesLeft
                ? context.MatMul(right, dy, TransposesRight, true)
                : context.MatMul(dy, right, false, !TransposesRight));
        }

        if (context.Needs(1))
        {
            // A weight shared by all rows of a batch: one product over all of them, not one per batch to be summed up.
            var isShared = !TransposesLeft && right.Type.Shape is { IsRankKnown: true, Rank: 2 } && left.Type.Shape is { IsRankKnown: true, Rank: > 2 };
            context.GiveSummed(1, (isShared, TransposesRight) switch
            {
                (true, false) => context.Apply(new RowsProductOperator(), left, dy)[0],
                (true, true) => context.Apply(new RowsProductOperator(), dy, left)[0],
                (false, false) => context.MatMul(left, dy, !TransposesLeft, false),
                (false, true) => context.MatMul(dy, left, true, TransposesLeft),
            });
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(MatrixProduct.Of(inputs[0]!.Shape, inputs[1]!.Shape, TransposesLeft, TransposesRight, Name).Flops, Traffic(inputs, outputs));

    private static void AppendVectorGradient(GradientContext context, GraphValue left, GraphValue right, GraphValue dy)
    {
        var (leftTerm, rightTerm, result) = (left.Type.Shape.Rank == 1, right.Type.Shape.Rank == 1) switch
        {
            (true, true) => ("k", "k", ""),
            (true, false) => ("k", "...kn", "...n"),
            _ => ("...mk", "k", "...m"),
        };
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new EinsumGradientOperator($"{leftTerm},{rightTerm}->{result}", 0), left, right, dy)[0]);
        }

        if (context.Needs(1))
        {
            context.Give(1, context.Apply(new EinsumGradientOperator($"{leftTerm},{rightTerm}->{result}", 1), left, right, dy)[0]);
        }
    }
}
