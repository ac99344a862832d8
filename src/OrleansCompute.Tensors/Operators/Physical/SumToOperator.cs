using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Sums over the dimensions in which broadcasting repeated a smaller shape: SumToLike when the size is known.</summary>
/// <param name="Shape">A static shape that broadcasts to the input's.</param>
public sealed record SumToOperator(Shape Shape) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SumTo";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("shape", Shape.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(1);
        return Broadcasting.Common(inputs[0].Shape, Shape, Name).Equals(inputs[0].Shape)
            ? [inputs[0] with { Shape = Shape }]
            : throw new ShapeMismatchException($"{Name}: {Shape} does not broadcast to {inputs[0].Shape}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OperatorCost(inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
    }
}
