using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The input as it is.</summary>
public sealed record IdentityOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Identity";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.OutputGradient);
}
