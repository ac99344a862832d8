using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Gradient of <see cref="ReluOperator"/> from its output and the gradient of that: dy where y &gt; 0, else 0.</summary>
public sealed record ReluGradientOperator : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "ReluGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(1, context.Apply(new ReluGradientOperator(), context.Input(0), context.OutputGradient)[0]);
    }
}
