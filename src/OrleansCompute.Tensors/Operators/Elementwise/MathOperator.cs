using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>A function of each element. The gradients are composed of other operators, so that they have gradients themselves.</summary>
/// <param name="Function">The function.</param>
public sealed record MathOperator(MathFunction Function) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => Function.ToString();

    /// <inheritdoc/>
    public override string Domain => Function is MathFunction.ReciprocalSqrt or MathFunction.Square ? "oc" : "";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <summary>Whether integers are allowed too.</summary>
    public bool TakesIntegers => Function is MathFunction.Neg or MathFunction.Abs or MathFunction.Sign or MathFunction.Square;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var type = inputs.RequireCount(1)[0];
        return type.ElementType.IsFloatingPoint() || (TakesIntegers && type.ElementType.IsInteger())
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the input is {type}; its elements must be {(TakesIntegers ? "numbers" : "floating-point numbers")}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs) => Function switch
    {
        MathFunction.Square => [target.Mul(inputs[0]!, inputs[0]!)],
        MathFunction.ReciprocalSqrt => [target.Reciprocal(target.Sqrt(inputs[0]!))],
        _ => null,
    };

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y, dy) = (context.Input(0), context.Output(0), context.OutputGradient);
        if (Function is MathFunction.Sign or MathFunction.Floor or MathFunction.Ceil or MathFunction.Round)
        {
            // Flat almost everywhere: no gradient is a gradient of zero.
            return;
        }

        context.Give(0, Function switch
        {
            MathFunction.Neg => context.Neg(dy),
            MathFunction.Abs => context.Mul(dy, context.Sign(x)),
            MathFunction.Sqrt => context.Div(context.Affine(dy, 0.5), y),
            MathFunction.ReciprocalSqrt => context.Mul(context.Affine(dy, -0.5), context.Mul(y, context.Square(y))),
            MathFunction.Square => context.Mul(context.Affine(dy, 2), x),
            MathFunction.Exp => context.Mul(dy, y),
            MathFunction.Log => context.Div(dy, x),
            MathFunction.Reciprocal => context.Neg(context.Mul(dy, context.Square(y))),
            MathFunction.Erf => context.Mul(context.Affine(dy, 2 / Math.Sqrt(Math.PI)), context.Exp(context.Neg(context.Square(x)))),
            MathFunction.Sin => context.Mul(dy, Of(context, MathFunction.Cos, x)),
            MathFunction.Cos => context.Neg(context.Mul(dy, Of(context, MathFunction.Sin, x))),
            MathFunction.Tan => context.Mul(dy, context.Affine(context.Square(y), 1, 1)),
            MathFunction.Asin => context.Mul(dy, context.ReciprocalSqrt(context.Affine(context.Square(x), -1, 1))),
            MathFunction.Acos => context.Neg(context.Mul(dy, context.ReciprocalSqrt(context.Affine(context.Square(x), -1, 1)))),
            MathFunction.Atan => context.Div(dy, context.Affine(context.Square(x), 1, 1)),
            MathFunction.Sinh => context.Mul(dy, Of(context, MathFunction.Cosh, x)),
            MathFunction.Cosh => context.Mul(dy, Of(context, MathFunction.Sinh, x)),
            MathFunction.Asinh => context.Mul(dy, context.ReciprocalSqrt(context.Affine(context.Square(x), 1, 1))),
            MathFunction.Acosh => context.Mul(dy, context.ReciprocalSqrt(context.Affine(context.Square(x), 1, -1))),
            MathFunction.Atanh => context.Div(dy, context.Affine(context.Square(x), -1, 1)),
            _ => throw new NotSupportedException($"{Name} has no gradient."),
        });
    }

    private static GraphValue Of(GradientContext context, MathFunction function, GraphValue x) => context.Apply(new MathOperator(function), x)[0];
}
