namespace OrleansCompute.Tensors.Tests.Operators;

/// <summary>All cases, by family. A test sees to it that every operator with a reference kernel has one.</summary>
public static class OperatorCases
{
    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        .. ElementwiseCases.All,
        .. PhysicalCases.All,
        .. PhysicalImageCases.All,
        .. ActivationCases.All,
        .. AttentionCases.All,
        .. RowAttentionCases.All,
        .. LinearCases.All,
        .. LossCases.All,
        .. NormalisationCases.All,
        .. ReductionCases.All,
        .. ShapingCases.All,
        .. ResizeCases.All,
        .. SamplingCases.All,
        .. IndexingCases.All,
        .. ConvolutionCases.All,
        .. PoolingCases.All,
        .. QuantisationCases.All,
        .. GenerationCases.All,
        .. ControlCases.All,
        .. RecurrentCases.All,
        .. OptimiserCases.All,
    ];

    public static TheoryData<string> Names => [.. All.Select(test => test.Name)];

    public static TheoryData<string> NamesWithGradient => [.. All.Where(test => test.Operator.HasGradient && test.ChecksGradient).Select(test => test.Name)];

    public static OperatorCase Find(string name) => All.Single(test => test.Name == name);
}
