using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>How a model file is read, and what an untrusted one may cost; sizes are checked before memory is allocated. Immutable.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>Whether float32 initialisers of one dimension or more become trainable parameters instead of constants. Default false.</summary>
    public bool AreParametersTrainable { get; init; }

    /// <summary>Operators that may appear; the default registry by default.</summary>
    public OperatorRegistry Registry { get; init; } = OperatorRegistry.Default;

    /// <summary>Folder that external data must lie in; null (default) refuses external data.</summary>
    public string? ExternalDataFolder { get; init; }

    /// <summary>Largest file in bytes; 1 GiB by default.</summary>
    public int MaxBytes { get; init; } = 1 << 30;

    /// <summary>Most nodes, those of sub-graphs included; 100,000 by default.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Deepest nesting of sub-graphs; 8 by default.</summary>
    public int MaxGraphDepth { get; init; } = 8;

    /// <summary>Most bytes of all constants and parameters together; 4 GiB by default.</summary>
    public long MaxConstantBytes { get; init; } = 4L << 30;

    /// <summary>
    /// Most elements of any value whose shape is known when the file is read; 2^28 by default. What a run allocates is bounded by the
    /// accelerator's memory budget.
    /// </summary>
    public long MaxElements { get; init; } = 1L << 28;

    /// <summary>
    /// Most fields in the file, four million by default: an empty message takes 2 bytes in the file and about 100 in memory, so that the
    /// size of the file alone bounds nothing.
    /// </summary>
    public int MaxFields { get; init; } = 4_000_000;
}
