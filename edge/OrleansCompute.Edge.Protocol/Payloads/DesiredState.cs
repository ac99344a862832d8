namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>What the fabric wants a device to be; retained, so that a device which was away sees it on connecting.</summary>
public sealed record DesiredState
{
    /// <summary>Counts the changes, from 1: an older one that arrives late is ignored.</summary>
    public required long Revision { get; init; }

    /// <summary>The model that should run, or null for none in particular.</summary>
    public string? ModelName { get; init; }

    /// <summary>Its version, from 1; 0 for none in particular.</summary>
    public int ModelVersion { get; init; }
}
