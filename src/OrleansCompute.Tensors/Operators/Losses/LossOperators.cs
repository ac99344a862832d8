namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>The entries of this family in the registry.</summary>
internal static class LossOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("SoftmaxCrossEntropyLoss", 12, request => new SoftmaxCrossEntropyLossOperator(ClassLoss.Reduction(request), ClassLoss.IgnoreIndex(request))),
        new("NegativeLogLikelihoodLoss", 12, request => new NegativeLogLikelihoodLossOperator(ClassLoss.Reduction(request), ClassLoss.IgnoreIndex(request))),
        .. Enum.GetValues<ElementLoss>().Select(loss => new OperatorDefinition(
            $"{loss}Loss", "oc", 1, request => new ElementLossOperator(loss, ClassLoss.Reduction(request), request.Attributes.Get("delta", 1f)))),
    ];
}
