using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>The entries of this family in the registry.</summary>
internal static class QuantisationOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("DequantizeLinear", 10, request => new DequantizeLinearOperator(
            request.Attributes.Number("axis", 1), request.Attributes.Number("block_size", 0))),
        new("DynamicQuantizeLinear", 11, _ => new DynamicQuantizeLinearOperator()),
        new("FakeQuantize", "oc", 1, request => new FakeQuantizeOperator(
            request.Attributes.Number("low", -128), request.Attributes.Number("high", 127), request.Attributes.Number("axis", 1))),
        new("QuantizeLinear", 10, request => new QuantizeLinearOperator(
            request.Attributes.Number("axis", 1),
            request.Attributes.Number("block_size", 0),
            OutputType(request))),
    ];

    private static ElementType OutputType(OperatorRequest request)
    {
        var type = (ElementType)request.Attributes.Number("output_dtype", 0);
        return type is ElementType.Undefined or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16
            ? type
            : throw new NotSupportedException($"Attribute output_dtype is {(int)type}; supported: 2 (UInt8), 3 (Int8), 4 (UInt16), 5 (Int16).");
    }
}
