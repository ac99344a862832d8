namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>The entries of this family in the registry.</summary>
internal static class LinearOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("MatMul", 1, _ => new MatMulOperator()),
        new("Gemm", 6, request => new GemmOperator(
            request.Attributes.Get("alpha", 1f),
            request.Attributes.Get("beta", 1f),
            request.Attributes.Number("transA", 0) != 0,
            request.Attributes.Number("transB", 0) != 0)),
        new("Einsum", 12, request => new EinsumOperator(EinsumEquation.Parse(request.Attributes.Require<string>("equation")).ToString())),
        new("Det", 11, _ => new DetOperator()),
        new("MatMulInteger", 10, _ => new MatMulIntegerOperator()),
        new("QLinearMatMul", 10, _ => new QLinearMatMulOperator()),
        new("CumSum", 11, request => new CumSumOperator(
            request.Attributes.Number("exclusive", 0) != 0, request.Attributes.Number("reverse", 0) != 0)),
        new("Trilu", 14, request => new TriluOperator(request.Attributes.Number("upper", 1) != 0)),
        new("Dropout", 7, DropoutOperator.Create),
    ];
}
