namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <summary>What an untrusted model may cost, checked before memory is allocated. The defaults fit models for edge devices. Immutable.</summary>
public sealed record OnnxImportLimits
{
    /// <summary>Largest file in bytes; 256 MiB by default.</summary>
    public int MaxBytes { get; init; } = 256 << 20;

    /// <summary>Most nodes; 10,000 by default, ten times a large vision model.</summary>
    public int MaxNodes { get; init; } = 10_000;

    /// <summary>Most floats in all parameters; 64 Mi (256 MiB) by default.</summary>
    public int MaxParameters { get; init; } = 64 << 20;

    /// <summary>Largest single dimension; 1 Mi by default.</summary>
    public int MaxDimension { get; init; } = 1 << 20;

    /// <summary>Most floats per sample in any one value; 16 Mi (64 MiB) by default.</summary>
    public int MaxElementsPerSample { get; init; } = 16 << 20;

    /// <summary>Most floats per sample in all values together, which a plan allocates; 64 Mi (256 MiB) by default.</summary>
    public int MaxTotalElementsPerSample { get; init; } = 64 << 20;

    /// <summary>
    /// Most fields in the file, one million by default: an empty message takes 2 bytes in the file and about 100 in memory, so that the
    /// size of the file alone bounds nothing.
    /// </summary>
    public int MaxFields { get; init; } = 1_000_000;
}
