using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Adds up the repetitions of <see cref="TileOperator"/>: (dy, x), of x only the shape is used.</summary>
public sealed record TileGradientOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "TileGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        Shape from = inputs.RequireCount(2)[0].Shape, to = inputs[1].Shape;
        var fits = from.Rank == to.Rank;
        for (var i = 0; fits && i < to.Rank; i++)
        {
            fits = to[i] == 0 ? from[i] == 0 : from[i] % to[i] == 0;
        }

        return fits ? [inputs[0] with { Shape = to }] : throw new ShapeMismatchException($"{Name}: {from} is not made of repetitions of {to}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic([inputs[0]], outputs));
}
