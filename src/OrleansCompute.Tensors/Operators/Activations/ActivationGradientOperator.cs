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
    public override bool HasGradient => Function
        is ActivationFunction.Sigmoid or ActivationFunction.Tanh or ActivationFunction.Softplus or ActivationFunction.Silu
        or ActivationFunction.Mish or ActivationFunction.Gelu or ActivationFunction.GeluTanh || HasPieces;

    /// <summary>Whether the function is made of straight lines: its derivative does not change with x, but at the kinks.</summary>
    private bool HasPieces => Function
        is ActivationFunction.LeakyRelu or ActivationFunction.ThresholdedRelu or ActivationFunction.HardSigmoid or ActivationFunction.Shrink;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("alpha", Alpha).With("beta", Beta);

    /// <summary>The function in operators whose gradients have gradients.</summary>
    private GraphValue Form(GraphBuilder builder, GraphValue x) => Function switch
    {
        ActivationFunction.Silu => builder.Mul(x, builder.Sigmoid(x)),
        ActivationFunction.Mish => builder.Mul(x, builder.Tanh(builder.Softplus(x))),
        ActivationFunction.Gelu => builder.Mul(builder.Affine(x, 0.5), builder.Affine(builder.Map(MathFunction.Erf, builder.Affine(x, 1 / Math.Sqrt(2))), 1, 1)),
        ActivationFunction.GeluTanh => builder.Mul(
            builder.Affine(x, 0.5),
            builder.Affine(builder.Tanh(builder.Affine(builder.Mul(x, builder.Affine(builder.Square(x), 0.044715, 1)), Math.Sqrt(2 / Math.PI))), 1, 1)),
        _ => throw new NotSupportedException($"{Name} has no gradient."),
    };

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (y, dy, given) = (context.Input(0), context.Input(1), context.OutputGradient);
        if (!HasPieces && Function is not (ActivationFunction.Sigmoid or ActivationFunction.Tanh))
        {
            context.GiveComposed((builder, inputs) =>
            {
                if (Function == ActivationFunction.Softplus)
                {
                    return [builder.Mul(inputs[1]!, builder.Sigmoid(inputs[0]!))];
                }

                return [GradientContext.OfForm(builder, [inputs[0]], own => Form(builder, own[0]!), inputs[1]!)[0]];
            });
            return;
        }

        if (context.Needs(0) && !HasPieces)
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
