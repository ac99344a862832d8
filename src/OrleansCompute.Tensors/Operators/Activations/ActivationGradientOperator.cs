using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>
/// Gradient of <see cref="ActivationOperator"/>: dy f'(x). Input 0 is the output of the activation for Sigmoid and Tanh, else its input;
/// input 1 is dy, of the same shape. Where f has a kink, the derivative is the one that PyTorch takes.
/// </summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">Its first parameter.</param>
/// <param name="Beta">Its second parameter.</param>
public sealed record ActivationGradientOperator(ActivationFunction Function, float Alpha = 0, float Beta = 0) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => $"{Function}Gradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => Function is ActivationFunction.Sigmoid or ActivationFunction.Tanh;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("alpha", Alpha).With("beta", Beta);

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (y, dy, given) = (context.Input(0), context.Input(1), context.OutputGradient);
        if (context.Needs(0))
        {
            // Sigmoid: dy y (1 - y) by y is dy (1 - 2 y). Tanh: dy (1 - y y) by y is -2 dy y.
            var slope = Function == ActivationFunction.Sigmoid ? context.Affine(y, -2, 1) : context.Affine(y, -2);
            context.Give(0, context.Mul(given, context.Mul(dy, slope)));
        }

        if (context.Needs(1))
        {
            context.Give(1, context.Apply(this, y, given)[0]);
        }
    }
}
