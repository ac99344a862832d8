namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>Versions of the ONNX operator set and numbers of its data types.</summary>
internal static class OnnxOpset
{
    /// <summary>Written by the exporter; onnxruntime reads it since 1.12 (2022).</summary>
    public const int Exported = 17;

    /// <summary>File format version that goes with opset 17.</summary>
    public const int IrVersion = 8;

    /// <summary>From 11 to 21 the operators that are read here mean the same for the shapes that are accepted.</summary>
    public const int Oldest = 11;

    /// <inheritdoc cref="Oldest"/>
    public const int Newest = 21;

    public const int Float = 1;

    public const int Int64 = 7;
}
