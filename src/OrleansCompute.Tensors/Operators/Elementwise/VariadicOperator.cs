using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// Sum, Mean, Min, Max of one or more inputs of one element type, broadcast to their common shape. Where several inputs are the smallest
/// or largest, they share the gradient evenly.
/// </summary>
/// <param name="Function">The function.</param>
public sealed record VariadicOperator(VariadicFunction Function) : Operator
{
    /// <inheritdoc/>
    public override string Name => Function.ToString();

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(1, int.MaxValue);
        var common = inputs[0];
        for (var i = 1; i < inputs.Count; i++)
        {
            inputs.RequireSameElementType(0, i);
            common = common with { Shape = Broadcasting.Common(common.Shape, inputs[i].Shape, Name) };
        }

        return [common];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (count, dy) = (context.InputCount, context.OutputGradient);
        var isChoice = Function is VariadicFunction.Min or VariadicFunction.Max && count > 1;
        GraphValue[] chosen = isChoice
            ? [.. Enumerable.Range(0, count).Select(i => context.CastLike(context.Equal(context.Input(i), context.Output(0)), context.Output(0)))]
            : [];
        var share = isChoice ? context.Div(dy, context.Apply(new VariadicOperator(VariadicFunction.Sum), chosen)[0])
            : Function == VariadicFunction.Mean ? context.Affine(dy, 1.0 / count)
            : dy;
        for (var i = 0; i < count; i++)
        {
            if (context.Needs(i))
            {
                context.GiveSummed(i, isChoice ? context.Mul(share, chosen[i]) : share);
            }
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost((long)outputs[0].Shape.Elements * inputs.Count, Traffic(inputs, outputs));
    }
}
