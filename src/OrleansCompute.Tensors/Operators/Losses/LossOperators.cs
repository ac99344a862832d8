namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>The entries of this family in the registry.</summary>
internal static class LossOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("SoftmaxCrossEntropyLoss", 12, request => new SoftmaxCrossEntropyLossOperator(ClassLoss.Reduction(request), ClassLoss.IgnoreIndex(request))),
        new("NegativeLogLikelihoodLoss", 12, request => new NegativeLogLikelihoodLossOperator(ClassLoss.Reduction(request), ClassLoss.IgnoreIndex(request))),
        new("CtcLoss", "oc", 1, request => new CtcLossOperator(
            ClassLoss.Reduction(request), request.Attributes.Number("blank", 0), request.Attributes.Number("zero_infinity", 0) != 0)),
        .. Enum.GetValues<ElementLoss>().Select(loss => new OperatorDefinition(
            $"{loss}Loss", "oc", 1, request => new ElementLossOperator(loss, ClassLoss.Reduction(request), request.Attributes.Get("delta", 1f)))),
    ];
}
