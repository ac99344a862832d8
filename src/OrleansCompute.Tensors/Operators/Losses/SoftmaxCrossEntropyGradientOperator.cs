using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// Gradient of <see cref="SoftmaxCrossEntropyLossOperator"/> by the scores, from the logarithm of the softmax, labels, optional weights and
/// the gradient of the loss. For a row without weights and smoothing it is r (softmax - 1 at the label), with r the loss's gradient, in the
/// mean divided by the number of rows that count; 0 in ignored rows.
/// </summary>
/// <param name="Reduction">As of the operator.</param>
/// <param name="IgnoreIndex">As of the operator.</param>
/// <param name="LabelSmoothing">As of the operator.</param>
public sealed record SoftmaxCrossEntropyGradientOperator(LossReduction Reduction, long? IgnoreIndex, float LabelSmoothing) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropyGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, IgnoreIndex).With("label_smoothing", LabelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var given = context.OutputGradient;
        if (context.Needs(3))
        {
            var perUnit = context.Apply(this, context.Input(0), context.Input(1), context.OptionalInput(2), context.Apply(new OnesLikeOperator(), context.Input(3))[0])[0];
            var product = context.Mul(given, perUnit);

            // Not reduced, there is a loss per row: the classes are dimension 1 of the scores, which losses do not have.
            context.GiveSummed(3, Reduction == LossReduction.None
                ? context.Apply(new ReduceOperator(Reductions.Reduction.Sum, IntList.Create([1]), KeepsDimensions: false), product)[0]
                : product);
        }

        if (context.Needs(0))
        {
            // The result is a factor of the row times softmax, minus what the labels give: with logarithms so low that the softmax is
            // zero only the latter is left, and the difference is the derivative by the logarithms.
            GraphValue At(GraphValue logarithms) => context.Apply(this, logarithms, context.Input(1), context.OptionalInput(2), context.Input(3))[0];
            var labels = At(context.Affine(context.Input(0), 1, -1e4));
            context.Give(0, context.Mul(given, context.Sub(At(context.Input(0)), labels)));
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(3L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
