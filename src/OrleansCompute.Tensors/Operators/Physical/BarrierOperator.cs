using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// The first input as it is, but not before the second is there. What is computed from it is not merged with what is computed from the
/// first input itself: for second computations that save memory. Costs nothing when compiled.
/// </summary>
public sealed record BarrierOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Barrier";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool IsDeterministic => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [inputs.RequireCount(2)[0]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => default;
}
