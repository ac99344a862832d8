using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>a + b.</summary>
public sealed record AddOperator : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Add";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.GiveSummed(0, context.OutputGradient);
        context.GiveSummed(1, context.OutputGradient);
    }
}
