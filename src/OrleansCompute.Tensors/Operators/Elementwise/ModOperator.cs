using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Remainder of a / b.</summary>
/// <param name="HasSignOfDividend">
/// True (ONNX' fmod = 1): the sign is that of a, as C has it. False: that of b, as Python has it; ONNX allows it for integers only.
/// </param>
public sealed record ModOperator(bool HasSignOfDividend) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Mod";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("fmod", HasSignOfDividend);

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var dy = context.OutputGradient;
        context.GiveSummed(0, dy);
        if (context.Needs(1))
        {
            // y = a - q b with a whole q, which does not change almost everywhere.
            var quotient = context.Div(context.Sub(context.Input(0), context.Output(0)), context.Input(1));
            context.GiveSummed(1, context.Neg(context.Mul(dy, quotient)));
        }
    }
}
