namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>The entries of this family in the registry.</summary>
internal static class ConvolutionOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Conv", 1, request => new ConvOperator(ConvolutionAttributes.Read(request.Attributes))),
        new("ConvInteger", 10, request => new ConvIntegerOperator(ConvolutionAttributes.Read(request.Attributes))),
        new("ConvTranspose", 1, request => new ConvTransposeOperator(ConvTransposeAttributes.Read(request.Attributes))),
        new("QLinearConv", 10, request => new QLinearConvOperator(ConvolutionAttributes.Read(request.Attributes))),
    ];
}
