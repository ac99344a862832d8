using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>a / b; of integers the fraction is cut off, and a divisor of 0 throws <see cref="DivideByZeroException"/>.</summary>
public sealed record DivOperator : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Div";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var share = context.Div(context.OutputGradient, context.Input(1));
        context.GiveSummed(0, share);
        if (context.Needs(1))
        {
            context.GiveSummed(1, context.Neg(context.Mul(share, context.Output(0))));
        }
    }
}
