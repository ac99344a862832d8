using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>a - b; integers wrap around.</summary>
public sealed record SubOperator : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Sub";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.GiveSummed(0, context.OutputGradient);
        if (context.Needs(1))
        {
            context.GiveSummed(1, context.Neg(context.OutputGradient));
        }
    }
}
