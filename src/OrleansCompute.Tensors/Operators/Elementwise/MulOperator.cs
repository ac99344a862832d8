using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>a * b, element by element.</summary>
public sealed record MulOperator : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Mul";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        for (var input = 0; input < 2; input++)
        {
            if (context.Needs(input))
            {
                context.GiveSummed(input, context.Apply(new MulOperator(), context.OutputGradient, context.Input(1 - input))[0]);
            }
        }
    }
}
