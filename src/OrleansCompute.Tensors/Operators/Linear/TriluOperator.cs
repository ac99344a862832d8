using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// The upper or lower triangle of matrices [..., M, N]; the rest is 0. Optional input 1 is an integer k that moves the diagonal: kept are
/// columns - rows &gt;= k (upper) or &lt;= k (lower).
/// </summary>
/// <param name="IsUpper">Whether the upper triangle is kept.</param>
public sealed record TriluOperator(bool IsUpper = true) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Trilu";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("upper", IsUpper);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1, 2).RequireRank(0, 2, Shape.MaxRank);
        return inputs.Has(1) && (inputs[1].Shape.Elements != 1 || !inputs[1].ElementType.IsInteger())
            ? throw new ShapeMismatchException($"{Name}: k is {inputs[1]}; it must be one integer.")
            : [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(this, context.OutputGradient, context.OptionalInput(1))[0]);
}
