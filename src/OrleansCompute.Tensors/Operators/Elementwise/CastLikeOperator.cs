using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>The elements of the first input in the type of those of the second; see <see cref="CastOperator"/>.</summary>
public sealed record CastLikeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "CastLike";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [inputs.RequireCount(2)[0] with { ElementType = inputs[1].ElementType }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (CastOperator.MayBeReal(context.Input(0)) && CastOperator.MayBeReal(context.Output(0)))
        {
            context.Give(0, context.CastLike(context.OutputGradient, context.Input(0)));
        }
    }
}
