using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The dimensions in another order.</summary>
/// <param name="Order">For each new dimension the old one, a permutation; null: the reverse order.</param>
public sealed record TransposeOperator(IntList? Order = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Transpose";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("perm", Order?.ToArray());

    /// <summary>The order for a rank, complete and checked.</summary>
    /// <exception cref="ShapeMismatchException">It is not a permutation of the dimensions.</exception>
    public int[] OrderFor(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int[] order = Order?.ToArray() ?? [.. Enumerable.Range(0, shape.Rank).Reverse()];
        return order.Length == shape.Rank && order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank))
            ? order
            : throw new ShapeMismatchException($"{Name}: perm {Order} is not a permutation of the dimensions of {shape}, 0 to {shape.Rank - 1}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1)[0].Shape;
        return [inputs[0] with { Shape = new Shape(Array.ConvertAll(OrderFor(shape), axis => shape[axis])) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var inverse = Order?.ToArray();
        for (var i = 0; i < inverse?.Length; i++)
        {
            inverse[Order![i]] = i;
        }

        context.Give(0, context.Apply(new TransposeOperator(IntList.From(inverse)), context.OutputGradient)[0]);
    }
}
