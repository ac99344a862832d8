namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>An input about which the model was unsure, sent up to be labelled.</summary>
public sealed record HardSample
{
    /// <summary>Which input, counted by its source; 0 or more.</summary>
    public required long SampleIndex { get; init; }

    /// <summary>The class that the model chose; 0 or more.</summary>
    public required int Label { get; init; }

    /// <summary>Its probability, 0 to 1.</summary>
    public required float Confidence { get; init; }

    /// <summary>The input as the source gave it, 1 to 65,536 bytes.</summary>
    public required ReadOnlyMemory<byte> Image { get; init; }
}
