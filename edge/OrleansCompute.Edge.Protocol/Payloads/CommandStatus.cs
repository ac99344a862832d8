namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>How a command ended.</summary>
public enum CommandStatus
{
    /// <summary>Done.</summary>
    Succeeded = 0,

    /// <summary>Tried without success; the output says why.</summary>
    Failed = 1,

    /// <summary>Not tried: the device does not know the command or does not allow it.</summary>
    Refused = 2,
}
