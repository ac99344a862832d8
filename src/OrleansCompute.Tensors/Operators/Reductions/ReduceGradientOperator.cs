using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>
/// Gradient of ReduceMax, ReduceMin and ReduceProd from x, y, dy and, where they are no attribute, the axes (inputs 0 to 3). Equal
/// largest or smallest elements share the gradient evenly; that of a product is the product of the others, zeros included.
/// </summary>
/// <param name="Reduction">Max, Min or Prod.</param>
/// <param name="Axes">As of <see cref="ReduceOperator"/>.</param>
/// <param name="KeepsDimensions">As of <see cref="ReduceOperator"/>.</param>
/// <param name="IsNoopWithoutAxes">As of <see cref="ReduceOperator"/>.</param>
public sealed record ReduceGradientOperator(Reduction Reduction, IntList? Axes, bool KeepsDimensions, bool IsNoopWithoutAxes = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"Reduce{Reduction}Gradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ReducedAxes.Attributes(Axes, KeepsDimensions, IsNoopWithoutAxes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3, 4).RequireSameElementType(0, 1, 2);
        return [inputs[0]];
    }
}
