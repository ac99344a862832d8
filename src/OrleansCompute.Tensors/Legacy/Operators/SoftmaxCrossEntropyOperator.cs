using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>
/// Sum over the batch of -log(softmax(logits)[label]), from logits [N, classes] and labels int32 [N]; the second output is the softmax.
/// A sum and not a mean, so that the gradients of shares of a batch add up exactly.
/// </summary>
public sealed record SoftmaxCrossEntropyOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropy";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 2);
        Shape logits = inputs[0].Shape, labels = inputs[1].Shape;
        if (logits.Rank != 2 || !logits.HasBatch || labels.Rank != 1 || !labels.HasBatch || inputs[1].ElementType != ElementType.Int32)
        {
            throw new ShapeMismatchException(
                $"SoftmaxCrossEntropy: logits {logits} with labels {labels} of {inputs[1].ElementType}; expected [N, classes] and int32 [N].");
        }

        return [TensorType.Real(1), inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.IsRoot)
        {
            throw new NotSupportedException("SoftmaxCrossEntropy has a gradient only as the loss, not inside a larger expression.");
        }

        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new SoftmaxCrossEntropyGradientOperator(), context.Output(1), context.Input(1))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OperatorCost(6L * inputs[0].Shape.Elements, Traffic(inputs, outputs));
    }
}
