namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>What convolutions and poolings have in common: a window that moves over the spatial dimensions. Immutable.</summary>
/// <param name="Kernel">Window sizes; null: those of the weights.</param>
/// <param name="Strides">Steps, 1 or more; null: 1.</param>
/// <param name="Pads">Elements added at the start of each dimension, then at the end of each; null: 0.</param>
/// <param name="Dilations">Distances between neighbours in the window, 1 or more; null: 1.</param>
/// <param name="AutoPad">How the padding is found.</param>
public sealed record WindowAttributes(
    IntList? Kernel = null, IntList? Strides = null, IntList? Pads = null, IntList? Dilations = null, AutoPad AutoPad = AutoPad.NotSet)
{
    /// <summary>Reads the attributes of a node.</summary>
    /// <exception cref="FormatException">An attribute has another type or value than ONNX allows.</exception>
    public static WindowAttributes Read(OperatorAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var autoPad = attributes.Get("auto_pad", "NOTSET");
        return new WindowAttributes(
            IntList.From(attributes.Numbers("kernel_shape")),
            IntList.From(attributes.Numbers("strides")),
            autoPad == "NOTSET" ? IntList.From(attributes.Numbers("pads")) : null,
            IntList.From(attributes.Numbers("dilations")),
            autoPad switch
            {
                "NOTSET" or "" => AutoPad.NotSet,
                "SAME_UPPER" => AutoPad.SameUpper,
                "SAME_LOWER" => AutoPad.SameLower,
                "VALID" => AutoPad.Valid,
                _ => throw new FormatException($"Attribute auto_pad is '{autoPad}'; allowed: NOTSET, SAME_UPPER, SAME_LOWER, VALID."),
            });
    }

    /// <summary>The attributes as ONNX has them.</summary>
    public OperatorAttributes ToAttributes() => OperatorAttributes.Empty
        .With("kernel_shape", Kernel?.ToArray())
        .With("strides", Strides?.ToArray())
        .With("pads", Pads?.ToArray())
        .With("dilations", Dilations?.ToArray())
        .With("auto_pad", AutoPad switch
        {
            AutoPad.SameUpper => "SAME_UPPER",
            AutoPad.SameLower => "SAME_LOWER",
            AutoPad.Valid => "VALID",
            _ => null,
        });
}
