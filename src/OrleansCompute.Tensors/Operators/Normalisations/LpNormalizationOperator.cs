using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>x divided by its norm along an axis; where the norm is 0, 0.</summary>
/// <param name="Axis">The axis; negative counts from the end.</param>
/// <param name="P">1: sum of the absolute values; 2: root of the sum of the squares.</param>
public sealed record LpNormalizationOperator(int Axis = -1, int P = 2) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "LpNormalization";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("p", P);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        _ = type.Shape.Axis(Axis, Name);
        return [type];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        // With n the norm and n' its derivative (y for p = 2, the sign for p = 1): (dy - n' * sum of dy y) / n.
        var (x, y, dy) = (context.Input(0), context.Output(0), context.OutputGradient);
        var norm = context.Reduce(P == 1 ? Reduction.L1 : Reduction.L2, x, [Axis], true);
        var sum = context.ReduceSum(context.Mul(dy, y), [Axis], true);
        context.Give(0, context.Div(context.Sub(dy, context.Mul(P == 1 ? context.Sign(x) : y, sum)), norm));
    }

    internal static LpNormalizationOperator Create(OperatorRequest request)
    {
        var p = request.Attributes.Number("p", 2);
        return p is 1 or 2
            ? new LpNormalizationOperator(request.Attributes.Number("axis", -1), p)
            : throw new FormatException($"LpNormalization: p is {p}; allowed: 1, 2.");
    }
}
