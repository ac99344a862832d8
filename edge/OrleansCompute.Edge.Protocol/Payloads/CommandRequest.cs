namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Something for a device to do once.</summary>
public sealed record CommandRequest
{
    /// <summary>Identifies the command; the result goes to the topic with the same id.</summary>
    public required string Id { get; init; }

    /// <summary>What to do.</summary>
    public required string Name { get; init; }

    /// <summary>Arguments, as a rule JSON, up to 8 KiB of UTF-8; empty for none.</summary>
    public string Arguments { get; init; } = "";
}
