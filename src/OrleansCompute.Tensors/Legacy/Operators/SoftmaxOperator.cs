using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>exp(x) of each row, divided by its sum, over [N, classes].</summary>
public sealed record SoftmaxOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Softmax";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        return inputs[0].Shape.Rank == 2 ? [inputs[0]] : throw RankError(inputs[0].Shape, "[N, classes]");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new SoftmaxGradientOperator(), context.Output(0), context.OutputGradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);

        // Maximum, difference, exponential, sum, division: one each.
        return new OperatorCost(5L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
    }
}
