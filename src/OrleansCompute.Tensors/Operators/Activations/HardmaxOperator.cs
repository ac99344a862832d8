using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>1 at the first largest element along an axis, else 0.</summary>
/// <param name="Axis">The axis; negative counts from the end.</param>
/// <param name="IsFlat">The form before opset 13: over all dimensions from the axis on, together.</param>
public sealed record HardmaxOperator(int Axis = -1, bool IsFlat = false) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Hardmax";

    /// <inheritdoc/>
    public override string Domain => IsFlat ? "oc" : "";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs) =>
        IsFlat ? SoftmaxRows.Expand(target, inputs[0]!, Axis, new HardmaxOperator(-1)) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [SoftmaxRows.Check(inputs, Name, Axis, IsFlat)];
}
