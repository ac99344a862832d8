using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Sum over all rows of the outer products of the rows of two tensors: [..., K] and [..., N] with equal leading dimensions give [K, N].
/// One matrix product, whatever the number of dimensions: the gradient of a weight that all rows share.
/// </summary>
public sealed record RowsProductOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "RowsProduct";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var element = inputs.RequireCount(2).RequireSameElementType(0, 1);
        Shape left = inputs.RequireRank(0, 1, Shape.MaxRank), right = inputs.RequireRank(1, 1, Shape.MaxRank);
        return left.Dimensions[..^1].SequenceEqual(right.Dimensions[..^1])
            ? [new TensorType(element, new Shape(left[left.Rank - 1], right[right.Rank - 1]))]
            : throw new ShapeMismatchException($"{Name}: shapes {left} and {right}; all dimensions but the last must be equal.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.MatMul(context.Input(1), context.OutputGradient, false, true));
        }

        if (context.Needs(1))
        {
            context.Give(1, context.MatMul(context.Input(0), context.OutputGradient));
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(2L * inputs[0]!.Shape.Elements * outputs[0].Shape[1], Traffic(inputs, outputs));
}
