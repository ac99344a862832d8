namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>The entries of this family in the registry.</summary>
internal static class SamplingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("GridSample", 16, request => new GridSampleOperator(
            Choose<GridSampleMode>(request, "mode", "bilinear"),
            Choose<GridSamplePadding>(request, "padding_mode", "zeros"),
            request.Attributes.Number("align_corners", 0) != 0)),
        new("RoiAlign", 10, RoiAlignOperator.Create),
        new("DFT", 17, request => new DftOperator(
            request.Attributes.Number("axis", 1), request.Attributes.Number("inverse", 0) != 0, request.Attributes.Number("onesided", 0) != 0)),
        new("STFT", 17, request => new StftOperator(request.Attributes.Number("onesided", 1) != 0)),
    ];

    private static T Choose<T>(OperatorRequest request, string name, string fallback)
        where T : struct, Enum
    {
        var text = request.Attributes.Get(name, fallback);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new FormatException($"{request.Name}: {name} is '{text}'; allowed: {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }
}
