using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// Softmax cross-entropy of logits [..., classes] with labels int32 [...]: the sum of -log(softmax(logits)[label]) (nats), the number of
/// rows whose largest logit is the label's (int32), and the gradient of the sum, softmax minus one at the label, which is at hand in the
/// same pass. A sum and not a mean, so that the gradients of shares of a batch add up exactly. Rows labelled -100 do not count.
/// </summary>
public sealed record ClassifierLossOperator : Operator
{
    /// <summary>Label of rows that do not count; that of PyTorch.</summary>
    public const int Ignored = -100;

    /// <inheritdoc/>
    public override string Name => "ClassifierLoss";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2);
        var logits = inputs.RequireRank(0, 1, Shape.MaxRank);
        var rows = new Shape(logits.Dimensions[..^1]);
        if (!inputs[0].ElementType.IsFloatingPoint() || inputs[1].ElementType != ElementType.Int32 || !inputs[1].Shape.Equals(rows) || logits[logits.Rank - 1] < 1)
        {
            throw new ShapeMismatchException($"{Name}: logits {inputs[0]} with labels {inputs[1]}; expected [..., classes] of a floating-point type and Int32 {rows}.");
        }

        return [inputs[0] with { Shape = Shape.Scalar }, new TensorType(ElementType.Int32, Shape.Scalar), inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new MulOperator(), context.Output(2), context.OutputGradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new OperatorCost(6L * inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
    }
}
