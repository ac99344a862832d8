using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>
/// -weight[label] * x[label] of logarithms of probabilities x [N, C, ...], labels [N, ...] (int32 or int64) and optional weights [C].
/// Weights have no gradient.
/// </summary>
/// <param name="Reduction">None gives [N, ...]; Sum and Mean a scalar. The mean divides by the sum of the labels' weights.</param>
/// <param name="IgnoreIndex">A label that counts nothing; null: none.</param>
public sealed record NegativeLogLikelihoodLossOperator(LossReduction Reduction = LossReduction.Mean, long? IgnoreIndex = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "NegativeLogLikelihoodLoss";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, IgnoreIndex);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [ClassLoss.Infer(inputs, Reduction, Name)];

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.Apply(
        new NegativeLogLikelihoodGradientOperator(Reduction, IgnoreIndex),
        context.Input(0),
        context.Input(1),
        context.OptionalInput(2),
        context.OutputGradient)[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(2L * inputs[1]!.Shape.Elements, Traffic(inputs, outputs));
}
