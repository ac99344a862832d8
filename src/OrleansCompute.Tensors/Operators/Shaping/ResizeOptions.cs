namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Options of a <see cref="ResizeOperator"/>; the texts are those of ONNX. Immutable.</summary>
/// <param name="Mode">How values between elements are found.</param>
/// <param name="Coordinates">half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric, tf_half_pixel_for_nn or tf_crop_and_resize.</param>
/// <param name="Nearest">round_prefer_floor, round_prefer_ceil, floor or ceil.</param>
/// <param name="CubicCoefficient">a of the cubic; -0.75, or -0.5.</param>
/// <param name="ExcludesOutside">Whether elements outside have no weight, else the edge is repeated.</param>
/// <param name="Extrapolation">Value for coordinates outside, with tf_crop_and_resize.</param>
/// <param name="Antialias">Whether shrinking averages over all elements that it skips.</param>
/// <param name="Axes">The dimensions; null: all.</param>
/// <param name="KeepsRatio">stretch, not_larger or not_smaller: what sizes mean.</param>
public sealed record ResizeOptions(
    ResizeMode Mode = ResizeMode.Nearest,
    string Coordinates = "half_pixel",
    string Nearest = "round_prefer_floor",
    float CubicCoefficient = -0.75f,
    bool ExcludesOutside = false,
    float Extrapolation = 0,
    bool Antialias = false,
    IntList? Axes = null,
    string KeepsRatio = "stretch")
{
    private static readonly string[] KnownCoordinates =
        ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"];

    /// <summary>Reads the attributes of a node.</summary>
    /// <exception cref="FormatException">An attribute has another type or value than ONNX allows.</exception>
    public static ResizeOptions Read(OperatorAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        string Text(string name, string fallback, params ReadOnlySpan<string> allowed)
        {
            var value = attributes.Get(name, fallback);
            return allowed.Contains(value) ? value : throw new FormatException($"Attribute {name} is '{value}'; allowed: {string.Join(", ", allowed.ToArray())}.");
        }

        return new ResizeOptions(
            Text("mode", "nearest", "nearest", "linear", "bilinear", "cubic") switch
            {
                "nearest" => ResizeMode.Nearest,
                "cubic" => ResizeMode.Cubic,
                _ => ResizeMode.Linear,
            },
            Text("coordinate_transformation_mode", "half_pixel", KnownCoordinates),
            Text("nearest_mode", "round_prefer_floor", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
            attributes.Get("cubic_coeff_a", -0.75f),
            attributes.Number("exclude_outside", 0) != 0,
            attributes.Get("extrapolation_value", 0f),
            attributes.Number("antialias", 0) != 0,
            IntList.From(attributes.Numbers("axes")),
            Text("keep_aspect_ratio_policy", "stretch", "stretch", "not_larger", "not_smaller"));
    }

    /// <summary>The attributes as ONNX has them.</summary>
    public OperatorAttributes ToAttributes()
    {
        var attributes = OperatorAttributes.Empty
            .With("mode", Mode switch
            {
                ResizeMode.Nearest => "nearest",
                ResizeMode.Linear => "linear",
                _ => "cubic",
            })
            .With("coordinate_transformation_mode", Coordinates).With("nearest_mode", Nearest).With("cubic_coeff_a", CubicCoefficient)
            .With("exclude_outside", ExcludesOutside).With("extrapolation_value", Extrapolation);

        // Opsets before 18 do not know the others.
        attributes = Antialias ? attributes.With("antialias", true) : attributes;
        attributes = KeepsRatio == "stretch" ? attributes : attributes.With("keep_aspect_ratio_policy", KeepsRatio);
        return attributes.With("axes", Axes?.ToArray());
    }
}
