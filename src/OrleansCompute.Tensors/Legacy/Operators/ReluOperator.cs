using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>max(x, 0).</summary>
public sealed record ReluOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Relu";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            // From the output: the input need not be kept, so a convolution or product can apply ReLU while it writes.
            context.Give(0, context.Apply(new ReluGradientOperator(), context.Output(0), context.OutputGradient)[0]);
        }
    }
}
