using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>Place of the largest (ArgMax) or smallest (ArgMin) element along an axis, as int64.</summary>
/// <param name="IsMax">Whether the largest.</param>
/// <param name="Axis">The axis; negative counts from the end.</param>
/// <param name="KeepsDimension">Whether the axis stays, with size 1.</param>
/// <param name="SelectsLast">Of equal elements the last, else the first.</param>
public sealed record ArgReduceOperator(bool IsMax, int Axis = 0, bool KeepsDimension = true, bool SelectsLast = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => IsMax ? "ArgMax" : "ArgMin";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        OperatorAttributes.Empty.With("axis", Axis).With("keepdims", KeepsDimension).With("select_last_index", SelectsLast);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1)[0].Shape;
        var axis = shape.Axis(Axis, Name);
        if (shape[axis] == 0)
        {
            throw new ShapeMismatchException($"{Name}: dimension {axis} of {shape} is empty; it must have an element to choose.");
        }

        return [new TensorType(ElementType.Int64, ReducedAxes.Result(shape, ReducedAxes.Of(shape, [axis], false, Name), KeepsDimension))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
}
