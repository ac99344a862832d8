using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Running sums along an axis, which is input 1: one integer, negative from the end.</summary>
/// <param name="IsExclusive">Whether an element's sum leaves it out: the first is 0.</param>
/// <param name="IsReverse">Whether it runs from the end.</param>
public sealed record CumSumOperator(bool IsExclusive = false, bool IsReverse = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "CumSum";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("exclusive", IsExclusive).With("reverse", IsReverse);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = inputs.RequireCount(2)[0];
        if (inputs[1].Shape.Elements != 1 || !inputs[1].ElementType.IsInteger())
        {
            throw new ShapeMismatchException($"{Name}: the axis is {inputs[1]}; it must be one integer.");
        }

        if (inputs.Numbers(1) is { } axis)
        {
            _ = type.Shape.Axis(axis[0], Name);
        }

        return [type];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new CumSumOperator(IsExclusive, !IsReverse), context.OutputGradient, context.Input(1))[0]);
}
