namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>A piece of an offered package.</summary>
public sealed record ModelChunk
{
    /// <summary>Version of the model.</summary>
    public required int Version { get; init; }

    /// <summary>Issue of the offer.</summary>
    public required long Issue { get; init; }

    /// <summary>Where in the package the data starts.</summary>
    public required long Offset { get; init; }

    /// <summary>Length of the whole package.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>1 byte to 256 KiB.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}
