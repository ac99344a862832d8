using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>x to the power of e, broadcast; e may have another element type, the result has that of x.</summary>
public sealed record PowOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Pow";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2);
        return [inputs[0] with { Shape = Broadcasting.Common(inputs[0].Shape, inputs[1].Shape, Name) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, dy) = (context.Input(0), context.OutputGradient);
        if (context.Needs(0))
        {
            var e = context.CastLike(context.Input(1), x);
            context.GiveSummed(0, context.Mul(dy, context.Mul(e, context.Pow(x, context.Affine(e, 1, -1)))));
        }

        if (context.Needs(1))
        {
            context.GiveSummed(1, context.CastLike(context.Mul(dy, context.Mul(context.Output(0), context.Log(x))), context.Input(1)));
        }
    }
}
