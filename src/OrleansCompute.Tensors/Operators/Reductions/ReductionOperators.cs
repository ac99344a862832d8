namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>The entries of this family in the registry.</summary>
internal static class ReductionOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        .. Enum.GetValues<Reduction>().Select(reduction => new OperatorDefinition($"Reduce{reduction}", 1, request => Create(reduction, request))),
        new("ArgMax", 1, request => CreateArg(true, request)),
        new("ArgMin", 1, request => CreateArg(false, request)),
    ];

    /// <summary>Axes are an attribute before opset 18 (ReduceSum: 13), and an input since then.</summary>
    private static ReduceOperator Create(Reduction reduction, OperatorRequest request) => new(
        reduction,
        request.InputCount > 1 ? null : IntList.From(request.Attributes.Numbers("axes")),
        request.Attributes.Number("keepdims", 1) != 0,
        request.Attributes.Number("noop_with_empty_axes", 0) != 0);

    private static ArgReduceOperator CreateArg(bool isMax, OperatorRequest request) => new(
        isMax,
        request.Attributes.Number("axis", 0),
        request.Attributes.Number("keepdims", 1) != 0,
        request.Attributes.Number("select_last_index", 0) != 0);
}
