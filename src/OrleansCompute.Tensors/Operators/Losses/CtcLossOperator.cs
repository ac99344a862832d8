using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): -log of the probability of a label sequence, summed over all its alignments
/// to the steps, where equal neighbours are merged and blanks are dropped. Inputs: logarithms of probabilities [T, N, C], labels [N, S] (int32
/// or int64; 0 to C - 1 but not the blank, what is behind a sequence's length does not count), steps of each example [N] (0 to T), and labels
/// of each [N] (0 to S). Only the first has a gradient: minus the probability that a step shows a class, given the labels. A sequence
/// without any alignment has loss infinity (or 0) and the gradient 0.
/// </summary>
/// <param name="Reduction">None gives [N]; Sum and Mean a scalar. The mean is of the losses, each divided by its number of labels (at least 1), as PyTorch has it.</param>
/// <param name="Blank">The class that stands for no label.</param>
/// <param name="ZeroesInfinity">Whether a loss of infinity counts as 0.</param>
public sealed record CtcLossOperator(LossReduction Reduction = LossReduction.Mean, int Blank = 0, bool ZeroesInfinity = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "CtcLoss";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, null).With("blank", Blank).With("zero_infinity", ZeroesInfinity);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        Shape scores = inputs.RequireCount(4).RequireRank(0, 3), labels = inputs.RequireRank(1, 2);
        if (!inputs[0].ElementType.IsFloatingPoint() || labels[0] != scores[1])
        {
            throw new ShapeMismatchException($"{Name}: scores {inputs[0]} and labels {inputs[1]}; they must be [T, N, C] in floating point and [N, S].");
        }

        for (var i = 1; i < 4; i++)
        {
            if (inputs[i].ElementType is not (ElementType.Int32 or ElementType.Int64) || (i > 1 && !inputs[i].Shape.Equals(new Shape(scores[1]))))
            {
                throw new ShapeMismatchException($"{Name}: input {i} is {inputs[i]}; it must be Int32 or Int64{(i > 1 ? $" of shape [{scores[1]}]" : "")}.");
            }
        }

        return Blank >= 0 && Blank < scores[2]
            ? [inputs[0] with { Shape = Reduction == LossReduction.None ? new Shape(scores[1]) : Shape.Scalar }]
            : throw new ShapeMismatchException($"{Name}: the blank is class {Blank}; allowed for {scores[2]} classes: 0 to {scores[2] - 1}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.Apply(
        new CtcLossGradientOperator(this), context.Input(0), context.Input(1), context.Input(2), context.Input(3), context.OutputGradient)[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(6L * inputs[0]!.Shape[0] * (1 + (2 * inputs[1]!.Shape.Elements)), Traffic(inputs, outputs));
}
