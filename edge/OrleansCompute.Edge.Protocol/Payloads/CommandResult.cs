namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>How a command ended and what came out.</summary>
public sealed record CommandResult
{
    /// <summary>The id of the command.</summary>
    public required string Id { get; init; }

    /// <summary>How it ended.</summary>
    public required CommandStatus Status { get; init; }

    /// <summary>What came out, as a rule JSON, or why it failed; up to 8 KiB of UTF-8.</summary>
    public string Output { get; init; } = "";
}
