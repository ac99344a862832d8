namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>The entries of this family in the registry.</summary>
internal static class NormalisationOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("BatchNormalization", 6, BatchNormalizationOperator.Create),
        new("InstanceNormalization", 6, request => new GroupNormalizationOperator(0, Epsilon(request))),
        new("GroupNormalization", 18, CreateGroup),
        new("LayerNormalization", 17, request => new LayerNormalizationOperator(request.Attributes.Number("axis", -1), Epsilon(request))),
        new("RMSNormalization", 23, request => new RmsNormalizationOperator(request.Attributes.Number("axis", -1), Epsilon(request))),
        new("LpNormalization", 1, LpNormalizationOperator.Create),
        new("MeanVarianceNormalization", 9, request => new MeanVarianceNormalizationOperator(IntList.Create(request.Attributes.Numbers("axes") ?? [0, 2, 3]))),
        new("LRN", 1, LrnOperator.Create),
    ];

    private static float Epsilon(OperatorRequest request) => request.Attributes.Get("epsilon", 1e-5f);

    private static GroupNormalizationOperator CreateGroup(OperatorRequest request)
    {
        var groups = (int)request.Attributes.Require<long>("num_groups");
        return groups > 0
            ? new GroupNormalizationOperator(groups, Epsilon(request))
            : throw new FormatException($"GroupNormalization: num_groups is {groups}; allowed: 1 or more.");
    }
}
