using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>log(exp(x) / sum of exp(x)) over an axis, the largest x subtracted first so that nothing overflows.</summary>
/// <param name="Axis">The axis; negative counts from the end.</param>
/// <param name="IsFlat">The form before opset 13: over all dimensions from the axis on, together.</param>
public sealed record LogSoftmaxOperator(int Axis = -1, bool IsFlat = false) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmax";

    /// <inheritdoc/>
    public override string Domain => IsFlat ? "oc" : "";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs) =>
        IsFlat ? SoftmaxRows.Expand(target, inputs[0]!, Axis, new LogSoftmaxOperator(-1)) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [SoftmaxRows.Check(inputs, Name, Axis, IsFlat)];

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(0, context.Apply(new LogSoftmaxGradientOperator(Axis, IsFlat), context.Output(0), context.OutputGradient)[0]);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost(5L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
    }
}
