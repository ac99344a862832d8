namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The entries of this family in the registry.</summary>
internal static class ShapingOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("CenterCropPad", 18, request => new CenterCropPadOperator(IntList.From(request.Attributes.Numbers("axes")))),
        new("Concat", 4, request => new ConcatOperator(checked((int)request.Attributes.Require<long>("axis")))),
        new("DepthToSpace", 1, DepthToSpace),
        new("Expand", 8, _ => new ExpandOperator()),
        new("Flatten", 1, request => new FlattenOperator(request.Attributes.Number("axis", 1))),
        new("Identity", 1, _ => new IdentityOperator()),
        new("Pad", 2, request => new PadOperator(
            PadOperator.ReadMode(request.Attributes),
            request.Opset < 11 ? IntList.From(request.Attributes.Numbers("pads")) : null,
            request.Opset < 11 ? request.Attributes.Get("value", 0f) : 0)),
        new("Reshape", 5, request => new ReshapeOperator(request.Attributes.Number("allowzero", 0) != 0)),
        new("Resize", 10, request => request.Opset >= 11
            ? new ResizeOperator(ResizeOptions.Read(request.Attributes))
            : new ResizeOperator(UpsampleOptions(request), true)),
        new("ReverseSequence", 10, request => new ReverseSequenceOperator(
            request.Attributes.Number("batch_axis", 1), request.Attributes.Number("time_axis", 0))),
        new("Shape", 1, request => new ShapeOperator(
            request.Attributes.Number("start", 0), request.Attributes.Has("end") ? request.Attributes.Number("end", 0) : null)),
        new("Size", 1, _ => new SizeOperator()),
        new("Slice", 1, Slice),
        new("SpaceToDepth", 1, request => new SpaceToDepthOperator(checked((int)request.Attributes.Require<long>("blocksize")))),
        new("Split", 2, Split),
        new("Squeeze", 1, request => new SqueezeOperator(request.Opset < 13 ? IntList.From(request.Attributes.Numbers("axes")) : null)),
        new("Tile", 6, _ => new TileOperator()),
        new("Transpose", 1, request => new TransposeOperator(IntList.From(request.Attributes.Numbers("perm")))),
        new("Unsqueeze", 1, request => new UnsqueezeOperator(request.Opset < 13 ? IntList.From(request.Attributes.Numbers("axes")) : null)),
        new("Upsample", 7, Upsample),
    ];

    private static DepthToSpaceOperator DepthToSpace(OperatorRequest request)
    {
        var mode = request.Attributes.Get("mode", "DCR");
        return mode is "DCR" or "CRD"
            ? new DepthToSpaceOperator(checked((int)request.Attributes.Require<long>("blocksize")), mode == "CRD")
            : throw new FormatException($"Attribute mode is '{mode}'; allowed: DCR, CRD.");
    }

    private static SliceOperator Slice(OperatorRequest request)
    {
        if (request.Opset >= 10)
        {
            return new SliceOperator();
        }

        // Exporters write the largest long for "to the end".
        IntList? Cut(string name) => request.Attributes.Get<long[]?>(name, null) is { } values
            ? IntList.Create(Array.ConvertAll(values, value => (int)Math.Clamp(value, int.MinValue, int.MaxValue)))
            : null;
        return new SliceOperator(
            Cut("starts") ?? throw new FormatException("Attribute starts is missing."),
            Cut("ends") ?? throw new FormatException("Attribute ends is missing."),
            Cut("axes"));
    }

    /// <summary>Before opset 11 there was one way: coordinates divided by the scale, rounded down.</summary>
    private static ResizeOptions UpsampleOptions(OperatorRequest request) =>
        ResizeOptions.Read(request.Attributes) with { Coordinates = "asymmetric", Nearest = "floor" };

    private static ResizeOperator Upsample(OperatorRequest request) => request.Opset >= 9
        ? new ResizeOperator(UpsampleOptions(request), true)
        : new ResizeOperator(
            UpsampleOptions(request),
            FixedScales: string.Join(' ', request.Attributes.Require<float[]>("scales").Select(scale => scale.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));

    private static SplitOperator Split(OperatorRequest request)
    {
        var sizes = request.Opset < 13 ? IntList.From(request.Attributes.Numbers("split")) : null;
        var parts = request.Attributes.Number("num_outputs", sizes?.Count ?? request.OutputCount);
        return parts is >= 1 and <= 1 << 16
            ? new SplitOperator(parts, request.Attributes.Number("axis", 0), sizes)
            : throw new FormatException($"The number of parts is {parts}; allowed 1 to {1 << 16}.");
    }
}
