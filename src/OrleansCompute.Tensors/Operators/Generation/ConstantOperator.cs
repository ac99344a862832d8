using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>A tensor of the model.</summary>
/// <param name="Value">Host tensor; it must not change.</param>
public sealed record ConstantOperator(Tensor Value) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Constant";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("value", Value);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(0);
        return [Value.Type];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => new(0, outputs[0].Bytes);
}
