using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>max(x, 0).</summary>
public sealed record ReluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Relu";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(0, context.Apply(new ReluGradientOperator(), context.Output(0), context.OutputGradient)[0]);
    }
}
