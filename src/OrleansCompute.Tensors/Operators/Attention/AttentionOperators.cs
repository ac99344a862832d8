namespace OrleansCompute.Tensors.Operators.Attention;

/// <summary>The entries of this family in the registry.</summary>
internal static class AttentionOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Attention", "oc", 1, request => new AttentionOperator(
            request.Attributes.Number("is_causal", 0) != 0,
            request.Attributes.Has("scale") ? request.Attributes.Require<float>("scale") : null)),
    ];
}
