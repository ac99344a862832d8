using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Gradient of LogSoftmax from its output and the output's gradient.</summary>
public sealed record LogSoftmaxGradientOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmaxGradient";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        RequireSame(inputs[0], inputs[1]);
        return [inputs[0]];
    }
}
